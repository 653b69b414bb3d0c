# The desk: what those who work here see. See faces/desk.

desk-back = Volver al escritorio
desk-place-home = Inicio
desk-place-staff = Personal
desk-place-policies = Políticas
desk-place-audit = Registro de auditoría
desk-place-profile = Perfil
desk-crumbs = Usted está aquí
desk-signed-in-as = Sesión de
desk-sign-out = Cerrar sesión
desk-action = Acción
desk-cancel = Cancelar
desk-more = Mostrar más
desk-find = Buscar
desk-show-all = Mostrar todo
desk-none = Ninguno
desk-date-time = { $date }, { $time }
desk-times-in = Las horas están en { $zone }.

## Signing in

desk-sign-in = Iniciar sesión
desk-sign-in-again = Iniciar sesión de nuevo
desk-with-passkey = Entrar con una llave de acceso
desk-with-password = Continuar
desk-with-provider = Entrar con la cuenta de su organización
desk-or = o con su contraseña
desk-email = Correo electrónico
desk-password = Contraseña
desk-cannot = No puedo entrar
desk-cannot-help = Un administrador puede darle un enlace de un solo uso. Si perdió su teléfono, use uno de sus códigos de recuperación en lugar del código.
desk-code-title = Escriba su código
desk-code = Código
desk-code-hint = Los seis dígitos de su aplicación de autenticación, o uno de sus códigos de recuperación.
desk-start-over = Empezar de nuevo
desk-link-title = Le damos la bienvenida
desk-link-explained = Con este enlace entra una sola vez. Después deja de funcionar.
desk-link-open = Entrar
desk-passkey-cancelled = No se usó ninguna llave de acceso. Inténtelo de nuevo cuando quiera.
desk-passkey-failed = Su navegador no pudo usar una llave de acceso aquí. Inténtelo de nuevo o entre de otra manera.
desk-done-signed-out = Cerró su sesión.

refusal-desk-sign-in-needed = No ha iniciado sesión.
    .remedy = Inicie sesión e inténtelo de nuevo.

## Home

desk-greeting = Hola, { $name }
desk-shortcuts = Ir a
desk-alerts = Avisos
desk-alerts-none = No hay nada que requiera su atención.
desk-alert-bulk-reveal = { $name } consultó datos personales de { $people ->
        [one] una persona
       *[other] { $people } personas
    } en poco tiempo.
desk-alert-see = Marcar como atendido
desk-alert-own = Otra persona debe revisarlo
desk-done-alert = El aviso quedó marcado como atendido.

## Setting up, and the profile

desk-set-up = Configure cómo entrar
desk-set-up-lead = Su enlace lo trajo hasta aquí una vez. Elija cómo quiere entrar de ahora en adelante.
desk-recommended = Recomendado
desk-about = Sobre usted
desk-name = Nombre
desk-theme-contrast = Alto contraste
desk-passkey = Una llave de acceso
desk-passkeys = Llaves de acceso
desk-passkey-explained = Una llave de acceso vive en su dispositivo y se abre con su dedo, su rostro o su PIN. No se puede adivinar ni entregar por error.
desk-passkey-label = Nombre del dispositivo
desk-passkey-label-hint = Para reconocerlo después, por ejemplo “Portátil del trabajo”.
desk-passkey-add = Agregar una llave de acceso
desk-passkey-needs-script = Las llaves de acceso necesitan un navegador actual con JavaScript.
desk-passkey-change = Cambiar el nombre o eliminar
desk-passkey-remove = Eliminar esta llave de acceso
desk-rename = Cambiar el nombre
desk-added = Se agregó
desk-used = Último uso
desk-set = Se estableció
desk-password-and-app = Contraseña y aplicación de autenticación
desk-password-first = Primero elija una contraseña; después conecte una aplicación de su teléfono que muestre códigos.
desk-new-password = Contraseña nueva
desk-new-password-hint = Al menos 12 caracteres. Unas cuantas palabras sin relación entre sí funcionan bien.
desk-password-set = Establecer contraseña
desk-password-change = Cambiar la contraseña
desk-password-is-set = Contraseña establecida
desk-password-other = Elegir otra contraseña
desk-password-remove = Dejar de usar contraseña
desk-password-remove-ask = Se eliminan su contraseña, su aplicación de autenticación y sus códigos de recuperación. Sus demás sesiones se cierran.
desk-password-remove-do = Sí, eliminarla
desk-authenticator = Aplicación de autenticación
desk-app-explained = Ahora conecte una aplicación de su teléfono que muestre códigos.
desk-app-set-up = Configurar la aplicación
desk-app-replace = Configurar otra aplicación
desk-app-is-set = Configurada
desk-app-scan = Abra su aplicación de autenticación y escanee esta imagen.
desk-app-qr = Código QR con la clave para su aplicación de autenticación. La misma clave está abajo como texto.
desk-app-by-hand = No puedo escanearla
desk-app-then-code = Escriba el código que muestra la aplicación.
desk-app-code-hint = Seis dígitos. Cambian cada 30 segundos.
desk-app-confirm = Confirmar
desk-codes = Códigos de recuperación
desk-codes-title = Sus códigos de recuperación
desk-codes-left = { $codes ->
        [one] queda uno
       *[other] quedan { $codes }
    }
desk-codes-few = Quedan pocos
desk-codes-explained = Imprímalos o anótelos y guárdelos en un lugar seguro. Cada uno sirve una vez en lugar del código de la aplicación. Solo se muestran ahora.
desk-codes-kept = Ya los guardé
desk-codes-renew = Nuevos códigos de recuperación
desk-recovery-used = Entró con un código de recuperación.
    .remedy = Si perdió su teléfono, configure otra aplicación ahora.
desk-provider = Cuenta de la organización
desk-provider-linked = Conectada
desk-sessions = Sesiones
desk-sessions-none = No hay sesiones abiertas.
desk-sessions-end-others = Cerrar todas las demás sesiones
desk-session-device = Navegador
desk-session-method = Entró con
desk-session-since = Desde
desk-session-seen = Última actividad
desk-session-this = Esta sesión
desk-session-end = Cerrar
desk-done-saved = Se guardó.
desk-done-password = Su contraseña quedó establecida.
desk-done-passkey = Se agregó la llave de acceso.
desk-done-passkey-removed = Se eliminó la llave de acceso.
desk-done-renamed = Se cambió el nombre de la llave de acceso.
desk-done-factor-removed = Ya no se entra con contraseña.
desk-done-ended = La sesión se cerró.
desk-done-others-ended = Se cerraron todas las demás sesiones.

desk-method-passkey = Llave de acceso
desk-method-password = Contraseña y código
desk-method-recovery = Código de recuperación
desk-method-provider = Cuenta de la organización
desk-method-link = Enlace de un solo uso
desk-method-demonstration = Enlace de demostración

## Staff

desk-role-representative = Representante
desk-role-supervisor = Supervisor
desk-role-administrator = Administrador
desk-role-compliance-officer = Oficial de cumplimiento
desk-roles = Funciones
desk-roles-hint = Al guardar se cierran las sesiones de esta persona, para que las nuevas funciones valgan de inmediato.
desk-roles-save = Guardar funciones
desk-status = Estado
desk-status-any = Cualquiera
desk-status-active = Activo
desk-status-suspended = Suspendido
desk-status-left = Ya no trabaja aquí
desk-search-staff = Nombre o correo electrónico
desk-staff-none = No se encontró a nadie
desk-staff-none-help = Pruebe con menos letras o con otro estado.
desk-invite = Agregar a alguien
desk-invite-lead = Usted le entrega un enlace de un solo uso, y esa persona configura cómo entra.
desk-invite-email-hint = Entrará con él. No se puede cambiar después.
desk-invite-do = Agregar y crear un enlace
desk-link = Enlace de un solo uso
desk-link-made = El enlace está listo
desk-link-once = Entrégueselo a esta persona por un medio de confianza. Solo se muestra ahora y sirve una vez; los enlaces anteriores dejan de funcionar.
desk-link-until = Funciona hasta
desk-link-kept = Ya lo entregué
desk-about-member = Datos
desk-access = Acceso
desk-new-link = Nuevo enlace de un solo uso
desk-new-link-explained = Para quien perdió todas las maneras de entrar. Asegúrese de hablar con la persona correcta.
desk-suspend = Suspender
desk-suspend-ask = La sesión de esta persona se cierra ahora y no podrá volver hasta que usted la reincorpore.
desk-suspend-do = Sí, suspender
desk-reinstate = Reincorporar
desk-leave = Ya no trabaja aquí
desk-leave-ask = La sesión de esta persona se cierra para siempre. No se puede deshacer; si regresa, agréguela de nuevo.
desk-leave-do = Sí, ya no trabaja aquí
desk-this-is-you = Esta persona es usted.
desk-reveal = Mostrar el correo electrónico
desk-reveal-why = ¿Para qué lo necesita?
desk-reveal-hint = Al menos diez letras. Su motivo queda en el registro de auditoría.
desk-reveal-do = Mostrar
desk-reveal-noted = Se muestra una vez. Quedó anotado en el registro de auditoría.
desk-done-roles = Se guardaron las funciones.
desk-done-suspended = Esta persona está suspendida.
desk-done-reinstated = Esta persona está activa de nuevo.
desk-done-left = Esta persona ya no trabaja aquí.

## Policies

desk-policies-lead = Quién puede hacer qué, tal como está vigente. Los archivos se cambian en el servidor y se revisan antes de aplicarse.
desk-policies-matrix = Lo que puede hacer cada función
desk-policies-files = Los archivos
desk-permission = Permiso
desk-may = Sí
desk-may-not = No
desk-may-sometimes = Depende
desk-may-sometimes-means = “Depende” significa: solo en la propia cola, con cierto fin, o con un asunto o un motivo. Los archivos dicen cuándo.

## Audit trail

desk-audit-verify = Revisar el registro
desk-audit-intact = El registro está íntegro hasta la entrada { $last }.
desk-audit-signed = { $signed ->
        [0] Todavía no hay ninguna entrada firmada; hasta entonces solo vale la cadena de huellas.
       *[other] Está firmado hasta la entrada { $signed }.
    }
desk-audit-broken-remedy = Conserve la base de datos y sus copias tal como están y avise a los responsables de seguridad.
desk-audit-from = Desde
desk-audit-until = Antes de
desk-audit-actor = Quién
desk-audit-actor-hint = Id o correo electrónico
desk-audit-action = Acción
desk-audit-object = Sobre qué
desk-audit-outcome = Resultado
desk-audit-number = N.º
desk-audit-time = Hora
desk-audit-details = Detalles
desk-audit-node = Nodo
desk-audit-hash = Huella
desk-audit-none = No hay entradas
desk-audit-none-help = Nada corresponde a este filtro. Quite alguna condición.
desk-audit-export = Exportar estas entradas
desk-actor-stranger = Alguien desconocido
desk-actor-operator = Línea de comandos
desk-actor-system = Este programa
desk-actor-customer = Cliente
desk-actor-program = Otro programa
desk-outcome-any = Cualquiera
desk-outcome-done = Hecho
desk-outcome-refused = Rechazado
desk-outcome-failed = Falló

refusal-desk-time-malformed = Esto no es una fecha con hora.
    .remedy = Escríbala como año, mes, día y hora, por ejemplo 2027-03-31T08:30.
refusal-desk-actor-unknown = Nadie tiene aquí este correo electrónico.
    .remedy = Revise el correo, o busque el id de la persona.
refusal-desk-export-too-large = Esta exportación pasa de { $most } MB.
    .remedy = Elija un período más corto, o expórtela en el servidor con “switchboard audit export”.
