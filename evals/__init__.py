"""How good it is, measured.

``suite`` is what is asked; ``runner``, ``results``, ``metrics``, ``compare`` (with the gate), ``report``;
``proposals`` of cases from use, the ``judge``. ``faces`` are the command and the page. ``bench`` asks
other people's sets, ``perturb`` tries the verifier; ``fit`` trains readers. ``supply`` looks at
what is installed from others.
"""
