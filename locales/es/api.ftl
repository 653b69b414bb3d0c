# faces/api: la página donde las personas leen la API, y lo que rechaza.

api-title = La API
api-intro = Todo lo que sabe el directorio, en JSON para programas. Lo mismo como documento OpenAPI 3.1:
api-operations = Preguntas
api-parameters = Parámetros
api-parameter = Parámetro
api-meaning = Significado
api-example = Ejemplo
api-required = obligatorio
api-optional = opcional
api-try = Pruébelo:
api-shapes = Formas de las respuestas
api-field = Campo
api-type = Tipo

refusal-api-query-malformed = No se puede leer la pregunta: { $reason }
    .remedy = Compare los parámetros con la descripción en /api.
refusal-api-ask-one = Pregunte con «q» (palabras) o con «topic» (un identificador).
    .remedy = Indique exactamente uno de los dos.
refusal-api-zone-unknown = «{ $zone }» no es una zona horaria.
    .remedy = Use un nombre de la base de datos IANA, como America/Chicago.
refusal-api-courier-missing = No se dice quién lo lleva.
    .remedy = Indique el nombre de la mensajería en «courier».
