// What the pages of mailed links say, by language.
export const languages = {
  en: {
    confirm: {
      title: "Is this your mailbox?",
      text: "You asked to reset your one-time password. Confirm that you can read mail at this address; it helps our support to check your request.",
      button: "Yes, confirm",
      done: "Thank you. Your mailbox is confirmed; our support goes on with your request.",
    },
    cancel: {
      title: "Cancel the reset?",
      text: "The request to reset your one-time password is withdrawn, and a release code that was sent for it stops working. Your authenticator app stays as it was.",
      button: "Cancel the reset",
      done: "The reset is cancelled. If you did not ask for it, please change your password now: somebody knows it.",
    },
    close: {
      title: "Close this account?",
      text: "An account was made with your e-mail address. If that was not you, you can close it here.",
      button: "Close the account",
      done: "The account is closed.",
    },
    expired: "This link is no longer valid: it was used before, or its time has passed.",
    throttled: "Too many attempts. Please wait a few minutes and press the button again.",
    refused: "This is not possible any more.",
    failed: "That did not work. Please check your connection and press the button again.",
    incomplete: "This link is incomplete. Please open it from the mail once more, or copy all of it.",
  },
  de: {
    confirm: {
      title: "Ist das Ihr Postfach?",
      text: "Sie möchten Ihr Einmalpasswort zurücksetzen lassen. Bestätigen Sie, dass Sie E-Mails an diese Adresse lesen können; das hilft unserem Support bei der Prüfung.",
      button: "Ja, bestätigen",
      done: "Vielen Dank. Ihr Postfach ist bestätigt; unser Support bearbeitet Ihre Anfrage weiter.",
    },
    cancel: {
      title: "Zurücksetzen abbrechen?",
      text: "Die Anfrage, Ihr Einmalpasswort zurückzusetzen, wird zurückgezogen, und ein dafür gesendeter Freigabecode gilt nicht mehr. An Ihrer Authenticator-App ändert sich nichts.",
      button: "Zurücksetzen abbrechen",
      done: "Das Zurücksetzen ist abgebrochen. Falls die Anfrage nicht von Ihnen kam, ändern Sie bitte jetzt Ihr Passwort: Jemand kennt es.",
    },
    close: {
      title: "Dieses Konto schließen?",
      text: "Mit Ihrer E-Mail-Adresse wurde ein Konto angelegt. Wenn Sie das nicht waren, können Sie es hier schließen.",
      button: "Konto schließen",
      done: "Das Konto ist geschlossen.",
    },
    expired: "Dieser Link gilt nicht mehr: Er wurde schon benutzt, oder seine Zeit ist abgelaufen.",
    throttled: "Zu viele Versuche. Bitte warten Sie einige Minuten und drücken Sie den Knopf noch einmal.",
    refused: "Das ist nicht mehr möglich.",
    failed: "Das hat nicht geklappt. Bitte prüfen Sie Ihre Verbindung und drücken Sie den Knopf noch einmal.",
    incomplete: "Dieser Link ist unvollständig. Bitte öffnen Sie ihn noch einmal aus der E-Mail, oder kopieren Sie ihn ganz.",
  },
  sv: {
    confirm: {
      title: "Är det här din e-postlåda?",
      text: "Du vill återställa ditt engångslösenord. Bekräfta att du kan läsa e-post på den här adressen; det hjälper vår support att kontrollera din begäran.",
      button: "Ja, bekräfta",
      done: "Tack. Din e-postlåda är bekräftad; vår support går vidare med din begäran.",
    },
    cancel: {
      title: "Avbryta återställningen?",
      text: "Begäran om att återställa ditt engångslösenord dras tillbaka, och en frigöringskod som skickats för den slutar gälla. Din autentiseringsapp förblir som den var.",
      button: "Avbryt återställningen",
      done: "Återställningen är avbruten. Om begäran inte kom från dig bör du byta lösenord nu: någon känner till det.",
    },
    close: {
      title: "Stänga det här kontot?",
      text: "Ett konto har skapats med din e-postadress. Om det inte var du kan du stänga det här.",
      button: "Stäng kontot",
      done: "Kontot är stängt.",
    },
    expired: "Länken gäller inte längre: den har redan använts, eller så har dess tid gått ut.",
    throttled: "För många försök. Vänta några minuter och tryck på knappen igen.",
    refused: "Det går inte längre.",
    failed: "Det fungerade inte. Kontrollera din anslutning och tryck på knappen igen.",
    incomplete: "Länken är ofullständig. Öppna den från e-postmeddelandet en gång till, eller kopiera hela länken.",
  },
};
