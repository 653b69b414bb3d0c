# What is wrong with a file of articles or guides, and how to mend it. Said by `switchboard knowledge check`
# and `import` after the file and the line.

knowledge-finding-too-long = The file has { $bytes } bytes, and at most { $most } are taken.
    .remedy = Split it into several articles.
knowledge-finding-no-front-matter = The article does not begin with front matter.
    .remedy = Begin with a line of +++, then title and kind, then a line of +++.
knowledge-finding-front-matter = The front matter cannot be read: { $reason }
    .remedy = Correct this line.
knowledge-finding-unknown-kind = “{ $given }” is no kind of article.
    .remedy = Use faq, how-to, tutorial, manual, policy, procedure or macro.
knowledge-finding-empty = There is nothing in “{ $field }”.
    .remedy = Write it.
knowledge-finding-field-too-long = “{ $field }” has more than { $most } characters.
    .remedy = Say it shorter.
knowledge-finding-too-many = There are more than { $most } of “{ $field }”.
    .remedy = Leave some out.
knowledge-finding-staff-and-others = An article for staff cannot be for others too.
    .remedy = Leave “staff” or the other audiences out, or write two articles.
knowledge-finding-internal-kind = A { $kind } is for staff only and cannot have another audience.
    .remedy = Leave the audience out, or choose another kind.
knowledge-finding-never-in-force = It begins on { $from } and ends before that, on { $until }.
    .remedy = Correct one of the dates.
knowledge-finding-unknown-state = “{ $given }” is no state.
    .remedy = Use draft, review, published or retired.
knowledge-finding-no-review-date = Nobody is asked to look at it again.
    .remedy = Add review with a date.
knowledge-finding-bad-name = “{ $name }” cannot be the name of an article or guide.
    .remedy = Use small letters, digits and hyphens, such as dispute-a-charge.
knowledge-finding-raw-html = HTML stands in the text.
    .remedy = Write it in Markdown.
knowledge-finding-image = An image stands in the text, and images are not shown.
    .remedy = Say it in words.
knowledge-finding-heading-one = A heading of the first level stands in the text; the title is that.
    .remedy = Begin with ##.
knowledge-finding-bad-link = The link “{ $link }” leads where no link may.
    .remedy = Link to help:, guide:, contact:, https:, mailto: or tel:.
knowledge-finding-too-deep = It is nested deeper than { $most }.
    .remedy = Make it flatter.
knowledge-finding-guide-unreadable = The guide cannot be read: { $reason }
    .remedy = Correct this line.
knowledge-finding-unknown-step = There is no question or end “{ $step }”.
    .remedy = Correct the name, or add it.
knowledge-finding-twice = “{ $id }” stands here a second time.
    .remedy = Give one of them another id.
knowledge-finding-dead-end = The question “{ $step }” has no answer to choose.
    .remedy = Add answers, or make it an end.
knowledge-finding-circle = The question “{ $step }” leads back to “{ $back_to }”, and so for ever.
    .remedy = Lead to another question or an end.
knowledge-finding-never-reached = Nothing leads to “{ $step }”.
    .remedy = Lead an answer to it, or remove it.
knowledge-finding-no-words = “{ $field }” says nothing in the language { $language }.
    .remedy = Add the words in that language.
knowledge-finding-unknown-language = The centre does not speak { $language }.
    .remedy = Remove the words, or add the language to the centre first.
knowledge-finding-unknown-language-folder = “{ $language }” is no language of the centre, which speaks { $known }.
    .remedy = Put the article into the folder of its language.
knowledge-finding-unknown-file = This file is not read.
    .remedy = Articles are LANGUAGE/NAME.md, guides are guides/NAME.toml, synonyms are synonyms.toml.
knowledge-finding-synonyms-unreadable = The synonyms cannot be read: { $reason }
    .remedy = Correct this line.
knowledge-finding-lonely-synonym = This group has only one phrase in a language.
    .remedy = Add another phrase that means the same, or remove it.
knowledge-finding-unknown-topic = The directory has no topic “{ $topic }”.
    .remedy = Correct the name, or add the topic to the directory first.
knowledge-finding-unknown-audience = The directory has no audience “{ $audience }”.
    .remedy = Correct the name, or leave it out.
knowledge-finding-broken-link = The link “{ $link }” leads to nothing.
    .remedy = Correct the name, or write what it should lead to.

knowledge-imported = { $added } added, { $changed } changed, { $unchanged } as before.
knowledge-import-nothing = Nothing was taken in. Correct the errors and import again.
knowledge-exported = { $files } files written to { $folder }.
knowledge-rebuilt = { $texts } texts on the shelves. Index: { $index } KiB. Words of the texts: { $words } KiB.

refusal-knowledge-unknown-kind = “{ $given }” is no kind of article.
    .remedy = Choose one of the kinds on offer.
refusal-knowledge-unknown-state = “{ $given }” is no state of an article.
    .remedy = Choose one of the states on offer.
refusal-knowledge-not-now = That cannot be done while the article is { $state ->
        [draft] a draft
        [review] under review
        [published] published
       *[retired] retired
    }.
    .remedy = A draft is submitted, a review is published or given back; an edit begins a new draft.
refusal-knowledge-no-such-way = The guide has no such way.
    .remedy = Begin the guide again.
refusal-knowledge-changed-meanwhile = Somebody else has changed “{ $title }” meanwhile.
    .remedy = Look at the new version and make your change again.
refusal-knowledge-slug-taken = There already is a text named “{ $slug }” in this language.
    .remedy = Choose another name, or edit that text.
refusal-knowledge-unknown-language = The centre does not speak this language.
    .remedy = Choose one of its languages.
refusal-knowledge-own-work = Whoever wrote a text cannot publish it.
    .remedy = Ask somebody else to review it.
refusal-knowledge-unreadable = The text “{ $slug }” cannot be read any more.
    .remedy = Open it in the editor and correct what is marked.
refusal-knowledge-too-many-files = There are more than { $most } files.
    .remedy = Import them in several parts.
refusal-cli-knowledge-unsound = The texts in { $folder } have errors; the first is { $first }
    .remedy = Run “switchboard knowledge check” on the folder and correct what it names.
