//! What the pages say, in each language. `{channel}` is the channel's name within a sentence.

use crate::language::Language;

/// The version of these texts: a word that somebody gives by a form is kept with it.
pub(crate) const WORDING: &str = "pregon-1";

/// The texts of one language.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) unsubscribe: &'static str,
    pub(crate) ask: &'static str,
    pub(crate) yes: &'static str,
    pub(crate) rather_choose: &'static str,
    pub(crate) choose_again: &'static str,
    pub(crate) done: &'static str,
    pub(crate) refused: &'static str,
    pub(crate) already: &'static str,
    pub(crate) preferences: &'static str,
    pub(crate) intro: &'static str,
    pub(crate) channels: &'static str,
    pub(crate) purposes: &'static str,
    pub(crate) always: &'static str,
    pub(crate) save: &'static str,
    pub(crate) nothing: &'static str,
    pub(crate) saved: &'static str,
    pub(crate) saved_nothing: &'static str,
    pub(crate) in_flight: &'static str,
    pub(crate) at_once: &'static str,
    pub(crate) except: &'static str,
    pub(crate) changed: &'static str,
    pub(crate) complained: &'static str,
    pub(crate) bounced: &'static str,
    pub(crate) stopped: &'static str,
    pub(crate) source: &'static str,
    pub(crate) elsewhere: &'static str,
    pub(crate) gone_title: &'static str,
    pub(crate) gone: &'static str,
    pub(crate) unknown_title: &'static str,
    pub(crate) unknown: &'static str,
    pub(crate) method_title: &'static str,
    pub(crate) method: &'static str,
    pub(crate) form_title: &'static str,
    pub(crate) form: &'static str,
    pub(crate) failed_title: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) other_language: (&'static str, &'static str),
}

impl Words {
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::Spanish => &SPANISH,
            Language::English => &ENGLISH,
        }
    }
}

static SPANISH: Words = Words {
    unsubscribe: "Darse de baja",
    ask: "¿Quiere dejar de recibir novedades y promociones por {channel}?",
    yes: "Sí, darme de baja",
    rather_choose: "Prefiero elegir qué recibo",
    choose_again: "Cambiar mis preferencias",
    done: "Listo",
    refused: "Ya no le enviaremos novedades ni promociones por {channel}.",
    already: "Usted ya está de baja: no le enviamos novedades ni promociones por {channel}.",
    preferences: "Sus preferencias",
    intro: "Usted decide qué le escribimos y por dónde. Marque lo que quiere recibir.",
    channels: "Por dónde le enviamos novedades y promociones",
    purposes: "Qué quiere recibir",
    always: "Lo que necesita saber de sus compras y reservas se lo avisamos igual.",
    save: "Guardar",
    nothing: "No quiero novedades ni promociones",
    saved: "Guardamos sus preferencias.",
    saved_nothing: "Guardado: no le enviaremos novedades ni promociones.",
    in_flight: "Un mensaje que ya iba en camino puede llegar todavía.",
    at_once: "Los cambios valen de inmediato.",
    except: "Salvo por {channel}.",
    changed: "Esta página cambió mientras la leía. Revise sus preferencias y guarde de nuevo.",
    complained: "Marcó un mensaje nuestro como no deseado; por aquí ya no le escribimos.",
    bounced: "Su dirección rechaza nuestros mensajes. Si tiene otra, avísenos.",
    stopped: "Nos pidió no escribirle más por aquí. Si cambió de idea, avísenos.",
    source: "Así consta en sus datos de cliente. Si quiere cambiarlo, avísenos.",
    elsewhere: "Lo rechazó desde otro mensaje. Para cambiarlo, use el enlace de ese mensaje.",
    gone_title: "Este enlace ya no lleva a nadie",
    gone: "No guardamos ningún dato suyo con este enlace. Si todavía recibe mensajes nuestros, \
        use el enlace del más reciente.",
    unknown_title: "El enlace no es válido",
    unknown: "Puede que haya llegado cortado. Ábralo desde el mensaje, sin copiarlo.",
    method_title: "Aquí no se puede hacer eso",
    method: "Esta página solo se mira, y se responde con su propio formulario.",
    form_title: "No recibimos su respuesta",
    form: "El formulario llegó incompleto. Vuelva a abrir el enlace e inténtelo otra vez.",
    failed_title: "Algo falló de nuestro lado",
    failed: "No cambiamos nada. Inténtelo otra vez en unos minutos.",
    other_language: ("en", "English"),
};

static ENGLISH: Words = Words {
    unsubscribe: "Unsubscribe",
    ask: "Do you want to stop getting news and offers by {channel}?",
    yes: "Yes, unsubscribe me",
    rather_choose: "I would rather choose what I get",
    choose_again: "Change my preferences",
    done: "Done",
    refused: "We will not send you news or offers by {channel} any more.",
    already: "You are unsubscribed already: we send you no news or offers by {channel}.",
    preferences: "Your preferences",
    intro: "You decide what we write to you and how. Tick what you want to get.",
    channels: "How we may send you news and offers",
    purposes: "What you want to get",
    always: "What you need to know about your purchases and bookings, we tell you anyway.",
    save: "Save",
    nothing: "I want no news or offers",
    saved: "Your preferences are saved.",
    saved_nothing: "Saved: we will send you no news or offers.",
    in_flight: "A message that was already on its way may still arrive.",
    at_once: "Changes take effect at once.",
    except: "Except by {channel}.",
    changed: "This page changed while you were reading. Check your preferences and save again.",
    complained: "You marked a message of ours as spam; we do not write here any more.",
    bounced: "Your address rejects our messages. If you have another one, tell us.",
    stopped: "You asked us not to write here any more. If you changed your mind, tell us.",
    source: "Your customer record says so. If you want it changed, tell us.",
    elsewhere: "You refused it from another message. To change it, use the link of that message.",
    gone_title: "This link leads to nobody any more",
    gone: "We keep no data of yours under this link. If you still get messages from us, use the \
        link of the latest one.",
    unknown_title: "This link is not valid",
    unknown: "It may have arrived cut. Open it from the message itself, without copying it.",
    method_title: "That cannot be done here",
    method: "This page is only looked at, and answered by its own form.",
    form_title: "Your answer did not arrive",
    form: "The form came incomplete. Open the link again and try once more.",
    failed_title: "Something failed on our side",
    failed: "Nothing was changed. Try again in a few minutes.",
    other_language: ("es", "Español"),
};

/// A channel's name as a label, and within a sentence.
pub(crate) fn channel(name: &str, language: Language) -> Option<(&'static str, &'static str)> {
    Some(match (name, language) {
        ("email", Language::Spanish) => ("Correo electrónico", "correo electrónico"),
        ("email", Language::English) => ("E-mail", "e-mail"),
        ("sms", Language::Spanish) => ("Mensajes de texto (SMS)", "SMS"),
        ("sms", Language::English) => ("Text messages (SMS)", "SMS"),
        ("whatsapp", _) => ("WhatsApp", "WhatsApp"),
        ("call", Language::Spanish) => ("Llamadas", "teléfono"),
        ("call", Language::English) => ("Calls", "phone"),
        _ => return None,
    })
}

/// A built-in purpose's name as a label.
pub(crate) fn purpose(name: &str, language: Language) -> Option<&'static str> {
    let (_, spanish, english) = PURPOSES.iter().find(|(its, ..)| *its == name)?;
    Some(match language {
        Language::Spanish => spanish,
        Language::English => english,
    })
}

const PURPOSES: [(&str, &str, &str); 8] = [
    ("renewal", "Avisos de renovación", "Renewal notices"),
    ("promotion", "Promociones y ofertas", "Offers"),
    ("birthday", "Saludo de cumpleaños", "Birthday greetings"),
    ("newsletter", "Boletín de novedades", "Newsletter"),
    (
        "reactivation",
        "Mensajes si hace tiempo que no nos vemos",
        "Messages when we have not met for long",
    ),
    (
        "booking_confirmation",
        "Confirmación de reservas",
        "Booking confirmations",
    ),
    ("reminder", "Recordatorio de citas", "Appointment reminders"),
    (
        "survey",
        "Encuestas de satisfacción",
        "Satisfaction surveys",
    ),
];
