# Webhooks: what is refused when somebody looks after them. See channels/webhooks.

refusal-webhooks-name-malformed = Un webhook necesita un nombre de { $longest } caracteres como máximo.
    .remedy = Diga a quién se avisa; por ejemplo, «Contabilidad».
refusal-webhooks-url-malformed = No se puede avisar a esta dirección.
    .remedy = Indique una como https://hooks.example.com/switchboard, sin usuario, contraseña ni «#».
refusal-webhooks-url-in-the-clear = A esta dirección se le avisaría sin cifrado.
    .remedy = Use una que empiece por https.
refusal-webhooks-url-private = Esta dirección está dentro de nuestra propia red.
    .remedy = Indique una pública. Un operador puede permitir las privadas en la configuración.
refusal-webhooks-events-malformed = Diga por su nombre de qué se avisa: de uno a { $most } tipos de sucesos.
    .remedy = Escriba «conversations.closed», o «conversations.*» para toda un área.
refusal-webhooks-too-many = Ya hay { $most } webhooks.
    .remedy = Elimine alguno que ya nadie necesite.
refusal-webhooks-changed-meanwhile = Alguien cambió este webhook mientras tanto.
    .remedy = Revíselo de nuevo y luego haga su cambio.
