package dev.reveille.routing.settings;

import dev.reveille.model.PushService;
import dev.reveille.routing.settings.SettingsCollection.Complaint;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The collections that say whether and how pushes leave: the switches, the Mobility Service, and
/// the filter of instant messages.
final class PushCollections {
  private static final String SESSION = "session-expiration-interval";
  private static final String SHORT_SESSION = "session-short-expiration-interval";

  /// In seconds, the bounds that the reference of Lync gives.
  private static final ValueKind SESSION_SECONDS = new ValueKind.Number(120, 4_294_967_295L);

  static final SettingsCollection PUSH_NOTIFICATION =
      SettingsCollection.of(
          SettingsCatalogue.PUSH_NOTIFICATION,
          "The switches that let pushes leave.",
          List.of(IdentityKind.GLOBAL, IdentityKind.SITE, IdentityKind.SERVICE),
          Arrays.stream(PushService.values())
              .filter(PushService::hasSwitch)
              .map(PushService::setting)
              .distinct()
              .map(name ->
                  SettingProperty.off(name, "Whether pushes go to " + serviceInWords(name) + ".")
                      .actedOn())
              .toList());

  static final SettingsCollection MOBILITY =
      SettingsCollection.of(
          SettingsCatalogue.MOBILITY,
          "The Mobility Service: how long sessions of phones last, and where pushes are sent.",
          List.of(IdentityKind.GLOBAL, IdentityKind.SITE, IdentityKind.WEB_SERVICE),
          List.of(
              SettingProperty.of(
                  SESSION,
                  SESSION_SECONDS,
                  "259200",
                  "After how many seconds without a sign of the device the session of an iPhone or"
                      + " Windows Phone ends."),
              SettingProperty.of(
                  SHORT_SESSION,
                  SESSION_SECONDS,
                  "3600",
                  "The same for Android and Nokia; smaller than the other."),
              SettingProperty.of(
                  "exposed-web-url",
                  new ValueKind.Word(List.of("External", "Internal")),
                  "External",
                  "Which address of the web services autodiscovery tells."),
              SettingProperty.of(
                      SettingsCatalogue.PUSH_NOTIFICATION_PROXY_URI,
                      new ValueKind.SipUri(),
                      "sip:push@push.lync.com",
                      "The SIP address at the clearing house that pushes are sent to; may be"
                          + " empty.")
                  .actedOn()),
          PushCollections::shortIsSmaller);

  static final SettingsCollection IM_FILTER =
      SettingsCollection.of(
          SettingsCatalogue.IM_FILTER,
          "The filter for links in instant messages.",
          List.of(IdentityKind.GLOBAL, IdentityKind.SITE),
          List.of(
              SettingProperty.off(
                      SettingsCatalogue.ENABLED,
                      "Whether the filter works; on in Lync, off here, so that a new installation"
                          + " can push.")
                  .actedOn(),
              SettingProperty.of(
                      "prefixes",
                      new ValueKind.Texts(500, 64),
                      List.of(
                          "callto:", "file:", "ftp.", "ftp:", "gopher:", "href", "http:", "https:",
                          "ldap:", "mailto:", "news:", "nntp:", "sip:", "sips:", "tel:", "telnet:",
                          "www*"),
                      "How links begin that the filter looks for; with `http:` or `https:` in it no"
                          + " push leaves through a clearing house.")
                  .actedOn(),
              SettingProperty.of(
                  "action",
                  new ValueKind.Word(List.of("Allow", "Block", "Warn")),
                  "Allow",
                  "What happens to a message with such a link."),
              text("allow-message", "What is put before a message that is let through."),
              text("warn-message", "What is put before a message when the action is Warn."),
              SettingProperty.on(
                  "block-file-extension", "Whether files of the blocked kinds are held back."),
              SettingProperty.on(
                  "ignore-local", "Whether addresses of the intranet are let through.")));

  private PushCollections() {}

  private static SettingProperty text(final String name, final String meaning) {
    return SettingProperty.of(name, new ValueKind.Text(1_000), "", meaning);
  }

  private static String serviceInWords(final String name) {
    return switch (name) {
      case "apple" -> "Apple's push service";
      case "google" -> "Google's push service";
      case "microsoft" -> "Windows and Windows Phone";
      case "web" -> "browsers";
      default -> name;
    };
  }

  private static Optional<Complaint> shortIsSmaller(
      final Map<String, List<String>> own, final Map<String, List<String>> all) {
    final long longOne = number(all, SESSION);
    final long shortOne = number(all, SHORT_SESSION);
    return shortOne < longOne
        ? Optional.empty()
        : Optional.of(
            new Complaint(
                own.containsKey(SHORT_SESSION) ? SHORT_SESSION : SESSION,
                SHORT_SESSION
                    + " ("
                    + shortOne
                    + ") must be smaller than "
                    + SESSION
                    + " ("
                    + longOne
                    + "); change both at once"));
  }

  private static long number(final Map<String, List<String>> all, final String name) {
    return Long.parseLong(all.getOrDefault(name, List.of("0")).getFirst());
  }
}
