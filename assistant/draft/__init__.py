"""Drafting a reply: a suggestion is split, each request asked of the documents, the letter checked and exported.

==================  ==================================================================================================
``suggestion``      a suggestion and its requests, limits for the answer, earlier suggestions like it
``requests``        text → ``Suggestion``, and the changes that staff make to its requests
``aspects``         a request → the questions to ask
``drafter``         the main path: ``Drafter.stream``; ``finding`` asks, ``arrange`` orders, ``template`` writes
``letter``          sentences with their quotes, and the form for sending; as Markdown and Word (``letter_*``)
``check``           what can be said against a sentence; ``voice`` who speaks in its quotes, ``why`` it is believed
==================  ==================================================================================================
"""
