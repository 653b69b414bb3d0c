# Triage: what a message is about, by a model that learnt from examples.

triage-learning = Learning from { $count } examples …
triage-made = Wrote { $file }: { $labels } labels, { $mib } MiB.
triage-left-out = { $label } has only { $count ->
    [one] one example
   *[other] { $count } examples
} and was left out.
triage-used = The centre uses it from its next start.
triage-measured = Judged by models that had not learnt from them:
triage-measured-file = Judged by { $file }:
triage-accuracy = { $share } % of { $count } messages with an intent get the right one, when one has to be named.
triage-precision = { $share } % are right when it speaks.
triage-lost = { $share } % of them are met with silence.
triage-silent = { $share } % of { $count } messages out of scope are met with silence.
triage-calibration = Its confidence is off by { $points } points on average.
triage-time = { $micros } µs a message.
triage-model-current = The model { $file } is what its examples and recipe make.
triage-model-stale = The model { $file } was made of other examples or by another recipe.
    .remedy = Run “switchboard triage train --out { $file }”.
triage-model-own = The centre uses a model of its own: { $file }, which learnt from { $count } messages.
triage-topics-known = All topics that intents name are in the directory.
triage-topic-unknown = The intent { $intent } names the topic { $topic }, which is not in the directory.
    .remedy = Correct triage.toml, or add the topic to directory.toml.

triage-found = { $name } ({ $intent }), { $share } % sure
triage-found-topic = Topic: { $topic }
triage-urgency-low = Urgency: low
triage-urgency-normal = Urgency: normal
triage-urgency-high = Urgency: high
triage-urgency-urgent = Urgency: urgent
triage-found-words = Words that counted: { $words }
triage-found-cues = Cue words: { $cues }
triage-silence = Not sure enough to say. Nearest: { $intent }, { $share } %.

refusal-triage-examples-malformed = { $file }, line { $line }: { $reason }
    .remedy = Give a CSV file in UTF-8 with a header; name its columns with --text and --label.
refusal-triage-intents-malformed = { $file } cannot be used: { $reason }
    .remedy = Correct the file; it explains itself at its top.
refusal-triage-intent-unknown = The model knows the intent { $intent }, which triage.toml does not.
    .remedy = Add it to triage.toml, or train the model again.
refusal-triage-model-damaged = This is no whole model: { $reason }
    .remedy = Make it again with “switchboard triage train”, or bring the file back from a backup.
refusal-triage-model-of-other-form = The model has form { $form }, and this program reads form { $known }.
    .remedy = Make it again with “switchboard triage train”.
refusal-triage-too-few-examples = There are { $labels } labels with enough examples; two are the least to choose from.
    .remedy = Give at least five examples each of two labels.
refusal-triage-too-many-examples = { $count } examples are too many; the most is { $most }.
    .remedy = Leave the oldest out.
refusal-triage-too-many-labels = { $count } labels are too many; the most is { $most }.
    .remedy = Join labels that mean the same.
refusal-triage-not-set-up = The institution has no triage.toml.
    .remedy = Write one; institutions/ally/triage.toml shows how.
