# Clasificación: de qué trata un mensaje, según un modelo que aprendió de ejemplos.

triage-learning = Aprendiendo de { $count } ejemplos…
triage-made = Se escribió { $file }: { $labels } etiquetas, { $mib } MiB.
triage-left-out = { $label } solo tiene { $count ->
    [one] un ejemplo
   *[other] { $count } ejemplos
} y quedó fuera.
triage-used = El centro lo usará a partir del próximo inicio.
triage-measured = Según modelos que no aprendieron de estos mensajes:
triage-measured-file = Según { $file }:
triage-accuracy = El { $share } % de { $count } mensajes con intención recibe la correcta cuando hay que nombrar una.
triage-precision = Cuando habla, acierta en el { $share } % de los casos.
triage-lost = Ante el { $share } % de ellos guarda silencio.
triage-silent = Ante el { $share } % de { $count } mensajes ajenos al tema guarda silencio.
triage-calibration = Su confianza se desvía { $points } puntos en promedio.
triage-time = { $micros } µs por mensaje.
triage-model-current = El modelo { $file } es el que resulta de sus ejemplos y su receta.
triage-model-stale = El modelo { $file } se hizo con otros ejemplos o con otra receta.
    .remedy = Ejecute «switchboard triage train --out { $file }».
triage-model-own = El centro usa un modelo propio: { $file }, que aprendió de { $count } mensajes.
triage-topics-known = Todos los temas que nombran las intenciones están en el directorio.
triage-topic-unknown = La intención { $intent } nombra el tema { $topic }, que no está en el directorio.
    .remedy = Corrija triage.toml o agregue el tema a directory.toml.

triage-found = { $name } ({ $intent }), { $share } % de confianza
triage-found-topic = Tema: { $topic }
triage-urgency-low = Urgencia: baja
triage-urgency-normal = Urgencia: normal
triage-urgency-high = Urgencia: alta
triage-urgency-urgent = Urgencia: inmediata
triage-found-words = Palabras que contaron: { $words }
triage-found-cues = Palabras de alerta: { $cues }
triage-silence = No hay suficiente seguridad para opinar. Lo más cercano: { $intent }, { $share } %.

refusal-triage-examples-malformed = { $file }, línea { $line }: { $reason }
    .remedy = Indique un archivo CSV en UTF-8 con encabezado; nombre sus columnas con --text y --label.
refusal-triage-intents-malformed = No se puede usar { $file }: { $reason }
    .remedy = Corrija el archivo; al principio explica cómo se escribe.
refusal-triage-intent-unknown = El modelo conoce la intención { $intent }, que no está en triage.toml.
    .remedy = Agréguela a triage.toml o vuelva a entrenar el modelo.
refusal-triage-model-damaged = Esto no es un modelo completo: { $reason }
    .remedy = Vuelva a crearlo con «switchboard triage train» o recupere el archivo de una copia de seguridad.
refusal-triage-model-of-other-form = El modelo tiene la forma { $form } y este programa lee la forma { $known }.
    .remedy = Vuelva a crearlo con «switchboard triage train».
refusal-triage-too-few-examples = Hay { $labels } etiquetas con ejemplos suficientes; para elegir hacen falta al menos dos.
    .remedy = Dé al menos cinco ejemplos de cada una de dos etiquetas.
refusal-triage-too-many-examples = { $count } ejemplos son demasiados; el máximo es { $most }.
    .remedy = Deje fuera los más antiguos.
refusal-triage-too-many-labels = { $count } etiquetas son demasiadas; el máximo es { $most }.
    .remedy = Una las etiquetas que significan lo mismo.
refusal-triage-not-set-up = La institución no tiene triage.toml.
    .remedy = Escriba uno; institutions/ally/triage.toml muestra cómo.
