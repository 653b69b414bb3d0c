# Ayuda: artículos, guías y el buscador que los encuentra.

portal-nav-help = Ayuda

help-home = Ayuda
help-search = Resultados
help-ask = ¿Qué le gustaría saber?
help-ask-hint = Por ejemplo: disputar un cargo, liquidación, cambiar mi contraseña
help-find = Buscar
help-guides = Paso a paso
help-guides-lead = Unas pocas preguntas lo llevan a la respuesta, o a la persona que la tiene.
help-by-subject = Por tema
help-for-whom = Mostrar ayuda para
help-for-anybody = Todos
help-general = General
help-more-about = Más sobre

help-kind-faq = Pregunta y respuesta
help-kind-how-to = Cómo se hace
help-kind-tutorial = Tutorial
help-kind-manual = Manual
help-kind-guide = Guía
help-kind-internal = Para el personal

help-found = { $count ->
        [0] No encontramos nada para «{ $words }»
        [one] 1 respuesta para «{ $words }»
       *[other] { $count } respuestas para «{ $words }»
    }
help-suggestions = { $count ->
        [0] Sin sugerencias
        [one] 1 sugerencia. Use las teclas de flecha.
       *[other] { $count } sugerencias. Use las teclas de flecha.
    }
help-meant = Quizás quiso decir
help-nothing = No encontramos nada
    .remedy = Use menos palabras u otras, o pregúntenos directamente. Lo que usted busca nos dice qué escribir después.
help-nothing-yet = Todavía no hay ningún artículo sobre esto.
help-not-it = ¿No es lo que buscaba?
help-contact = Contáctenos
help-browse = Ver toda la ayuda

help-contents = En esta página
help-not-translated = Este artículo todavía no está traducido.
help-updated = actualizado el { $day }
help-did-this-help = ¿Le sirvió esta información?
help-yes = Sí, me sirvió
help-no = No mucho
help-thanks = Gracias. Nos alegra que le haya servido.
help-sorry = Gracias por decírnoslo. Vamos a revisar este artículo.
    .next = Más abajo puede ver quién puede ayudarle ahora.
help-still = ¿Necesita más ayuda?
help-all-ways = Todas las formas de contactarnos
help-next = Qué sigue

help-question = Pregunta { $number }
help-answers-given = Sus respuestas
help-change = Cambiar
help-back = Atrás
help-again = Empezar de nuevo
help-speak = Hable con alguien: { $topic }
