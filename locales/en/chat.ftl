# The chat, as customers meet it: on a page of the portal, and in a frame on other sites.

portal-nav-chat = Chat
chat-title = Chat with { $brand }
chat-away = Leave us a message

chat-topic = What is it about?
chat-topic-other = Something else
chat-name = Your name
chat-email = Your email (optional)
chat-email-hint = So that we can answer if the connection is lost.
chat-email-away = Your email
chat-email-away-hint = We answer to this address.
chat-phone = Your phone number
chat-phone-hint = With area code, for example (212) 555-0123.
chat-question = How can we help?
chat-message = Your message
chat-safe = Never write passwords or full card numbers here.
chat-begin = Start chat
chat-leave = Send message
chat-kept = This chat stays open in this browser for a day. If others use this device, choose “Clear from this device” when you are done.
chat-signed-in = You are signed in at { $host }. We know who you are.
chat-wait = about { NUMBER($minutes) ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
  } to wait
chat-away-lead = Nobody is here right now. Leave word and we will get back to you.
chat-want = What would you like?
chat-want-message = An answer by email
chat-want-callback = A call back
chat-other-topic = Choose another topic

chat-state-line = You are number { $position } in line. We expect to be with you in about { NUMBER($minutes) ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
  }.
chat-state-position = You are number { $position } in line. You will be helped as soon as somebody is free.
chat-state-waiting = We will be with you shortly.
chat-state-away = We have your message. { $opening }.
chat-state-with = You are chatting with { $name }.
chat-state-closed = This chat has ended.

chat-log = Conversation
chat-log-end = End of the conversation
chat-earlier = Show earlier messages
chat-you = You
chat-representative = Representative
chat-program = Automatic reply
chat-joined = { $name } joined the chat.
chat-back-in-line = You are back in line. Somebody else will be with you shortly.
chat-transferred = You were handed over to { $queue }.
chat-closed = This chat was closed.
chat-reopened = This chat was opened again.
chat-erased = [deleted]
chat-sealed = [This message can only be read on the device it was sent to.]
chat-note-left = The customer ended the chat on their side.

chat-your-message = Your message
chat-send = Send
chat-keys = Enter sends, Shift+Enter starts a new line.
chat-attach = Attach a file
chat-send-file = Send file
chat-check = Check for new messages
chat-sending = Sending…
chat-sent = Sent
chat-seen = Seen
chat-not-sent = Not sent
chat-will-send = Waiting for the connection…
chat-try-again = Try again
chat-drop = Take back
chat-typing = The representative is typing…
chat-offline = The connection is lost. What you write is kept and sent as soon as it is back.
chat-online = You are connected again.
chat-new-messages = New messages
chat-uploading = Sending
chat-uploaded = The file was sent.
chat-file-too-large = This file is too large. The largest has 10 MB.
chat-kilobytes = { $count } KB
chat-megabytes = { $count } MB

chat-more = More
chat-reference = Reference { $reference }
chat-transcript = Download this chat
chat-transcript-title = Chat with { $brand }, reference { $reference }
chat-end = End chat
chat-forget = Clear from this device
chat-go-on = Go on with this chat
chat-another = Start another chat
chat-rate = How satisfied are you with this chat?
chat-rate-comment = What could we do better? (optional)
chat-rate-send = Send rating
chat-rated = Thank you for your rating.
chat-star-1 = Very dissatisfied
chat-star-2 = Dissatisfied
chat-star-3 = Neutral
chat-star-4 = Satisfied
chat-star-5 = Very satisfied

chat-own-window = Open in a window of its own
chat-close-window = Close the chat window
chat-cookies = This page cannot keep a chat here because your browser blocks its cookies.
    .remedy = Open the chat in a window of its own.
chat-widget-open = Chat
chat-widget-unread = new messages
chat-widget-title = Chat with { $brand }

refusal-chat-malformed = This message could not be understood.
    .remedy = Reload the page and try again.
refusal-chat-unknown-number = This page shows something that we do not have.
    .remedy = Reload the page.
refusal-chat-empty = There is nothing to send yet.
    .remedy = Write your message first.
refusal-chat-too-long = Your message has { $letters } letters; { $most } fit.
    .remedy = Send it in several parts.
refusal-chat-too-large = This was larger than a message can be.
    .remedy = Send it in several parts, or as a file.
refusal-chat-too-fast = You are sending faster than we can take it.
    .remedy = Wait a moment and send it again.
refusal-chat-not-kept = Your message could not be kept just now.
    .remedy = It is sent again by itself in a moment.
refusal-chat-no-chat = There is no open chat in this browser.
    .remedy = Start a new one.
refusal-chat-not-over = A chat can be rated once it has ended.
    .remedy = End the chat first.
refusal-chat-no-stars = Choose how satisfied you are.
    .remedy = Choose one of the five answers and send it again.
refusal-chat-no-callback = Nobody can call you back about this topic.
    .remedy = Leave a message instead.
refusal-chat-name-missing = We need to know what to call you.
    .remedy = Enter your name.
refusal-chat-name-too-long = This name is too long.
    .remedy = Use at most { $most } letters.
refusal-chat-email-missing = Without an address we cannot answer you.
    .remedy = Enter your email address.
refusal-chat-phone-missing = Without a number we cannot call you back.
    .remedy = Enter your phone number.
refusal-chat-token-refused = The website could not prove who you are.
    .remedy = Sign in there again, or go on as a guest.
refusal-chat-token-expired = The website’s word on who you are is too old.
    .remedy = Reload the website’s page.
refusal-chat-token-used = The website’s word on who you are was used elsewhere already.
    .remedy = Reload the website’s page.
refusal-chat-host-malformed = “{ $host }” is not the address of a website.
    .remedy = Write it like https://www.example.com, without a path.
refusal-chat-host-secret-short = The secret of { $host } is too short.
    .remedy = Use at least { $least } random bytes.
