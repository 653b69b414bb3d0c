# El marco de cada página, las preferencias y los errores de platform/web.

web-skip = Saltar al contenido
web-navigation = Principal
web-languages = Idioma
web-home = Ir a la página de inicio
web-back = Volver

web-preferences = Ajustes de pantalla
web-preferences-saved = Sus ajustes se guardaron en este dispositivo.
web-language = Idioma
web-theme = Colores
web-theme-light = Claro
web-theme-dark = Oscuro
web-as-system = Como en mi dispositivo
web-contrast = Contraste
web-contrast-more = Más
web-zone = Zona horaria
web-zone-hint = Los horarios se muestran en la zona horaria de la oficina y en la suya.
web-as-browser = Como en mi dispositivo
web-zones-near = Cercanas
web-zones-all = Todas las zonas horarias
web-save = Guardar

web-reference = Referencia:
web-not-found = Esta página no existe.
    .remedy = Revise la dirección o busque lo que necesita desde la página de inicio.
web-fault = Algo falló de nuestro lado.
    .remedy = Inténtelo de nuevo en unos minutos. Si vuelve a ocurrir, díganos la referencia de abajo.

refusal-web-bad-request = No pudimos entender esta solicitud.
    .remedy = Vuelva atrás, revise lo que escribió e inténtelo de nuevo.
refusal-web-not-from-here = Este formulario se envió desde otro sitio web.
    .remedy = Abra la página en este sitio y envíe el formulario desde aquí.
refusal-web-form-expired = Este formulario caducó.
    .remedy = Vuelva atrás, recargue la página y envíe el formulario de nuevo. Debe permitir las cookies.
refusal-web-method-not-allowed = Esta dirección no se puede usar de esa manera.
    .remedy = Vuelva atrás y use los enlaces y botones de la página.
refusal-web-too-slow = El envío tardó demasiado.
    .remedy = Revise su conexión e inténtelo de nuevo.
refusal-web-too-large = Lo que envió es demasiado grande.
    .remedy = Envíe menos de una vez, o un archivo más pequeño.
refusal-web-address-too-long = Esta dirección es demasiado larga.
    .remedy = Acorte lo que escribió e inténtelo de nuevo.
refusal-web-media-type = Aquí no se acepta este tipo de contenido.
    .remedy = Use el formulario de la página o el formato que indica la documentación.
refusal-web-too-many = Recibimos demasiadas solicitudes suyas en poco tiempo.
    .remedy = Espere un minuto e inténtelo de nuevo.
refusal-web-headers-too-large = Su navegador envió demasiada información.
    .remedy = Borre las cookies de este sitio e inténtelo de nuevo.
refusal-web-overloaded = Hay muchas personas aquí en este momento.
    .remedy = Inténtelo de nuevo en unos segundos.

refusal-web-certificate-unusable = No se pueden usar el certificado { $certificate } y la clave { $key }: { $reason }
    .remedy = Ambos son archivos PEM que van juntos: el certificado con su cadena y su clave privada.
