# Other programs and their tokens, as administrators see them. See faces/desk/src/programs.

programs-title = Programas
programs-lead = Otros programas entran con un token y ven lo que este permite, y nada más. Lo que pueden pedir se describe aquí:
programs-none = Ningún programa tiene un token
programs-none-help = Cree uno abajo para un programa que lea o responda conversaciones.
programs-name = Programa
programs-name-hint = Para qué sirve; por ejemplo, «Robot de correo». No ponga el nombre de una persona.
programs-may = Puede
programs-scope-conversation-read = leer conversaciones
programs-scope-conversation-reply = abrir y responder conversaciones
programs-scope-conversation-assign = asignar, etiquetar y cerrar conversaciones
programs-scope-customer-read = ver clientes, con los datos ocultos
programs-scope-personal-reveal = ver los datos de los clientes (cada consulta queda en el registro de auditoría)
programs-scope-queue-supervise = ver las colas y cambiar la disponibilidad
programs-scope-api-manage = encargarse de los webhooks
programs-queues = Solo algunas colas
programs-queues-hint = Si no elige ninguna, ve el trabajo de todas las colas. Lo que está fuera no existe para el programa.
programs-all-queues = Todas las colas
programs-used = Último uso
programs-never = nunca
programs-ends = Caduca
programs-days = { $days ->
    [one] dentro de un día
   *[other] dentro de { $days } días
}
programs-works = vigente
programs-ended = caducado
programs-revoked = revocado
programs-new = Token nuevo
programs-make = Crear un token
programs-revoke = Revocar
programs-revoke-ask = El programa queda fuera de inmediato y este token no volverá a servir.
programs-made = Token creado
programs-once = Cópielo ahora en el lugar seguro del programa: solo se muestra esta vez y nadie podrá volver a leerlo aquí.
programs-token = El token
programs-until = Válido hasta
programs-kept = Ya lo guardé
programs-done-revoked = El token ya no sirve.
