# El chat, como lo ven los clientes: en una página del portal y en un marco de otros sitios.

portal-nav-chat = Chat
chat-title = Chat con { $brand }
chat-away = Déjenos un mensaje

chat-topic = ¿De qué se trata?
chat-topic-other = Otra cosa
chat-name = Su nombre
chat-email = Su correo electrónico (opcional)
chat-email-hint = Para poder responderle si se pierde la conexión.
chat-email-away = Su correo electrónico
chat-email-away-hint = Le respondemos a esta dirección.
chat-phone = Su número de teléfono
chat-phone-hint = Con código de área, por ejemplo (212) 555-0123.
chat-question = ¿En qué podemos ayudarle?
chat-message = Su mensaje
chat-safe = Nunca escriba aquí contraseñas ni números de tarjeta completos.
chat-begin = Iniciar el chat
chat-leave = Enviar mensaje
chat-kept = Este chat queda abierto un día en este navegador. Si otras personas usan este dispositivo, elija “Borrar de este dispositivo” cuando termine.
chat-signed-in = Ha iniciado sesión en { $host }. Sabemos quién es usted.
chat-wait = { NUMBER($minutes) ->
    [one] alrededor de { $minutes } minuto
   *[other] alrededor de { $minutes } minutos
  } de espera
chat-away-lead = En este momento no hay nadie. Déjenos su mensaje y le responderemos.
chat-want = ¿Qué prefiere?
chat-want-message = Una respuesta por correo electrónico
chat-want-callback = Que le llamemos
chat-other-topic = Elegir otro tema

chat-state-line = Es el número { $position } en la fila. Calculamos atenderle en { NUMBER($minutes) ->
    [one] alrededor de { $minutes } minuto
   *[other] alrededor de { $minutes } minutos
  }.
chat-state-position = Es el número { $position } en la fila. Le atenderemos en cuanto alguien quede libre.
chat-state-waiting = Le atenderemos en breve.
chat-state-away = Recibimos su mensaje. { $opening }.
chat-state-with = Está chateando con { $name }.
chat-state-closed = Este chat ha terminado.

chat-log = Conversación
chat-log-end = Fin de la conversación
chat-earlier = Mostrar mensajes anteriores
chat-you = Usted
chat-representative = Representante
chat-program = Respuesta automática
chat-joined = { $name } se unió al chat.
chat-back-in-line = Está de nuevo en la fila. Otra persona le atenderá en breve.
chat-transferred = Le pasamos con { $queue }.
chat-closed = El chat se cerró.
chat-reopened = El chat se abrió de nuevo.
chat-erased = [borrado]
chat-sealed = [Este mensaje solo se puede leer en el dispositivo al que se envió.]
chat-note-left = El cliente terminó el chat por su lado.

chat-your-message = Su mensaje
chat-send = Enviar
chat-keys = Enter envía; Mayús+Enter empieza otra línea.
chat-attach = Adjuntar un archivo
chat-send-file = Enviar archivo
chat-check = Ver si hay mensajes nuevos
chat-sending = Enviando…
chat-sent = Enviado
chat-seen = Visto
chat-not-sent = No enviado
chat-will-send = Esperando la conexión…
chat-try-again = Intentar de nuevo
chat-drop = Retirar
chat-typing = El representante está escribiendo…
chat-offline = Se perdió la conexión. Lo que escriba se guarda y se envía en cuanto vuelva.
chat-online = La conexión volvió.
chat-new-messages = Mensajes nuevos
chat-uploading = Enviando
chat-uploaded = El archivo se envió.
chat-file-too-large = Este archivo es demasiado grande. El máximo es de 10 MB.
chat-kilobytes = { $count } KB
chat-megabytes = { $count } MB

chat-more = Más
chat-reference = Referencia { $reference }
chat-transcript = Descargar este chat
chat-transcript-title = Chat con { $brand }, referencia { $reference }
chat-end = Terminar el chat
chat-forget = Borrar de este dispositivo
chat-go-on = Seguir con este chat
chat-another = Iniciar otro chat
chat-rate = ¿Qué tan satisfecho está con este chat?
chat-rate-comment = ¿Qué podríamos hacer mejor? (opcional)
chat-rate-send = Enviar calificación
chat-rated = Gracias por su calificación.
chat-star-1 = Muy insatisfecho
chat-star-2 = Insatisfecho
chat-star-3 = Regular
chat-star-4 = Satisfecho
chat-star-5 = Muy satisfecho

chat-own-window = Abrir en su propia ventana
chat-close-window = Cerrar la ventana del chat
chat-cookies = Esta página no puede mantener un chat aquí porque su navegador bloquea sus cookies.
    .remedy = Abra el chat en su propia ventana.
chat-widget-open = Chat
chat-widget-unread = mensajes nuevos
chat-widget-title = Chat con { $brand }

refusal-chat-malformed = No se pudo entender este mensaje.
    .remedy = Recargue la página e inténtelo de nuevo.
refusal-chat-unknown-number = Esta página muestra algo que no tenemos.
    .remedy = Recargue la página.
refusal-chat-empty = Todavía no hay nada que enviar.
    .remedy = Escriba primero su mensaje.
refusal-chat-too-long = Su mensaje tiene { $letters } letras; caben { $most }.
    .remedy = Envíelo en varias partes.
refusal-chat-too-large = Esto es más grande de lo que puede ser un mensaje.
    .remedy = Envíelo en varias partes o como archivo.
refusal-chat-too-fast = Está enviando más rápido de lo que podemos recibir.
    .remedy = Espere un momento y envíelo de nuevo.
refusal-chat-not-kept = Su mensaje no se pudo guardar en este momento.
    .remedy = Se envía de nuevo por sí solo en un momento.
refusal-chat-no-chat = No hay ningún chat abierto en este navegador.
    .remedy = Inicie uno nuevo.
refusal-chat-not-over = Un chat se puede calificar cuando ha terminado.
    .remedy = Termine primero el chat.
refusal-chat-no-stars = Elija qué tan satisfecho está.
    .remedy = Elija una de las cinco respuestas y envíela de nuevo.
refusal-chat-no-callback = Nadie puede llamarle sobre este tema.
    .remedy = Deje un mensaje en su lugar.
refusal-chat-name-missing = Necesitamos saber cómo llamarle.
    .remedy = Escriba su nombre.
refusal-chat-name-too-long = Este nombre es demasiado largo.
    .remedy = Use { $most } letras como máximo.
refusal-chat-email-missing = Sin una dirección no podemos responderle.
    .remedy = Escriba su correo electrónico.
refusal-chat-phone-missing = Sin un número no podemos llamarle.
    .remedy = Escriba su número de teléfono.
refusal-chat-token-refused = El sitio web no pudo demostrar quién es usted.
    .remedy = Inicie sesión allí de nuevo o continúe como invitado.
refusal-chat-token-expired = Lo que el sitio web dijo sobre quién es usted es demasiado antiguo.
    .remedy = Recargue la página del sitio web.
refusal-chat-token-used = Lo que el sitio web dijo sobre quién es usted ya se usó en otro lugar.
    .remedy = Recargue la página del sitio web.
refusal-chat-host-malformed = “{ $host }” no es la dirección de un sitio web.
    .remedy = Escríbala como https://www.example.com, sin ruta.
refusal-chat-host-secret-short = El secreto de { $host } es demasiado corto.
    .remedy = Use al menos { $least } bytes aleatorios.
