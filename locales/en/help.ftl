# Help: articles, guides and the search that finds them.

portal-nav-help = Help

help-home = Help
help-search = Search results
help-ask = What would you like to know?
help-ask-hint = For example: dispute a charge, payoff, change my password
help-find = Search
help-guides = Step by step
help-guides-lead = A few questions lead you to the answer, or to the person who has it.
help-by-subject = By subject
help-for-whom = Show help for
help-for-anybody = Everyone
help-general = General
help-more-about = More about

help-kind-faq = Question and answer
help-kind-how-to = How-to
help-kind-tutorial = Tutorial
help-kind-manual = Manual
help-kind-guide = Guide
help-kind-internal = For staff

help-found = { $count ->
        [0] Nothing found for “{ $words }”
        [one] 1 answer for “{ $words }”
       *[other] { $count } answers for “{ $words }”
    }
help-suggestions = { $count ->
        [0] No suggestions
        [one] 1 suggestion. Use the arrow keys.
       *[other] { $count } suggestions. Use the arrow keys.
    }
help-meant = Did you mean
help-nothing = We found nothing
    .remedy = Use fewer or other words, or ask us directly. What you looked for tells us what to write next.
help-nothing-yet = There is no article about this yet.
help-not-it = Not what you were looking for?
help-contact = Contact us
help-browse = Browse all help

help-contents = On this page
help-not-translated = This article has not been translated yet.
help-updated = updated { $day }
help-did-this-help = Did this help?
help-yes = Yes, it did
help-no = No, not really
help-thanks = Thank you. We are glad it helped.
help-sorry = Thank you for telling us. We will look at this article again.
    .next = Below you see who can help you now.
help-still = Still need help?
help-all-ways = All ways to reach us
help-next = What next

help-question = Question { $number }
help-answers-given = Your answers
help-change = Change
help-back = Back
help-again = Start again
help-speak = Talk to someone: { $topic }
