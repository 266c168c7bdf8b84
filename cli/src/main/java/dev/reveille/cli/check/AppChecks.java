package dev.reveille.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.wire.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/// Finds mistakes in the configuration of apps, for `reveille check`.
final class AppChecks {
  private static final long WARNED_BEFORE_DAYS = 30;
  private static final int FIRST_IOS_WITH_TWO_CHANNELS = 13;
  private static final List<String> SUFFIXES = List.of(".voip", ".complication", ".pushkit");

  /// So the apps of hubs begin.
  private static final String HUB_APPS = "hub.";

  private final ServerInventory inventory;

  AppChecks(final ServerInventory inventory) {
    this.inventory = inventory;
  }

  List<Finding> find() {
    final var findings = new ArrayList<Finding>();
    if (inventory.apps().isEmpty()) {
      findings.add(
          Finding.note(
              "no-app",
              "",
              "No app is known, so no device can register.",
              "Make one: `reveille apps add APP`."));
    }
    for (final JsonNode app : inventory.apps()) {
      topic(app, findings);
      credentials(app, findings);
      channels(app, findings);
      ending(app, findings);
      subject(app, findings);
    }
    switches(findings);
    return findings;
  }

  private void topic(final JsonNode app, final List<Finding> findings) {
    final String id = app.path("id").asText();
    final String bundle = app.path("bundleId").asText();
    for (final String suffix : SUFFIXES) {
      if (bundle.endsWith(suffix)) {
        findings.add(
            Finding.wrong(
                "topic-with-suffix",
                id,
                "The bundle id "
                    + bundle
                    + " ends in "
                    + suffix
                    + ", which is added for each push"
                    + " that needs it: calls would go to "
                    + bundle
                    + ".voip.",
                "Give the app's own: `reveille apps add "
                    + id
                    + " --bundle-id "
                    + bundle.substring(0, bundle.length() - suffix.length())
                    + "`."));
      }
    }
    if (bundle.isEmpty()
        && Json.texts(app.path("credentials")).contains("apns")
        && !allSayTopics(app)) {
      findings.add(
          Finding.wrong(
              "no-bundle-id",
              id,
              "The app has credentials for Apple but no bundle id: Apple takes no push without"
                  + " one.",
              "Give it: `reveille apps add " + id + " --bundle-id ID`."));
    }
  }

  /// Whether the app has addresses of Apple, and each says its topic: then it needs no bundle id.
  private boolean allSayTopics(final JsonNode app) {
    boolean any = false;
    for (final JsonNode phone : inventory.of(app)) {
      for (final JsonNode address : ServerInventory.direct(phone)) {
        if (address.path("service").asText().equals("apns")) {
          any = true;
          if (!address.has("topic")) {
            return false;
          }
        }
      }
    }
    return any;
  }

  /// Credentials with a date, 30 days before it.
  private static void ending(final JsonNode app, final List<Finding> findings) {
    final String id = app.path("id").asText();
    for (final JsonNode account : app.path("accounts")) {
      final var ends = Json.instant(account.path("expires"));
      if (ends.isEmpty()) {
        continue;
      }
      final long days = Duration.between(Instant.now(), ends.get()).toDays();
      if (days < WARNED_BEFORE_DAYS) {
        final boolean over = ends.get().isBefore(Instant.now());
        final String service = account.path("service").asText();
        findings.add(
            Finding.wrong(
                "credential-ends",
                id,
                (service.equals("wns") ? "The secret for " : "The certificate for ")
                    + service
                    + (account.has("id") ? " (" + account.path("id").asText() + ")" : "")
                    + (over ? " ended " : " ends ")
                    + ends.get()
                    + (over ? "." : ", in " + Math.max(0, days) + " days."),
                "Make a new one at the platform and keep it: `reveille apps credentials "
                    + id
                    + " "
                    + service
                    + " ...`."));
      }
    }
  }

  /// Whom a push service may turn to about the app's pushes (RFC 8292 section 2.1). Some refuse
  /// pushes without it.
  private static void subject(final JsonNode app, final List<Finding> findings) {
    final String id = app.path("id").asText();
    for (final JsonNode account : app.path("accounts")) {
      final String subject = account.path("subject").asText("");
      if (account.path("service").asText().equals("webpush")
          && !subject.matches("(mailto:|https://).+")) {
        findings.add(
            Finding.wrong(
                "vapid-subject",
                id,
                subject.isEmpty()
                    ? "The app's keys for Web Push name no subject: push services cannot reach"
                        + " their operator, and some refuse the pushes."
                    : "The subject of the app's keys for Web Push is "
                        + subject
                        + ", which is neither mailto: nor https: some push services refuse the"
                        + " pushes.",
                "Give an address that is read: `reveille apps credentials "
                    + id
                    + " webpush --subject mailto:ADDRESS`; the keys stay as they are."));
      }
    }
  }

  /// A channel without a credential must not look like one that works.
  private void credentials(final JsonNode app, final List<Finding> findings) {
    final String id = app.path("id").asText();
    final var given = Json.texts(app.path("credentials"));
    for (final String service : inventory.servicesWanted(app)) {
      if (!given.contains(service)) {
        findings.add(
            Finding.wrong(
                "not-configured",
                id,
                "Devices registered push addresses of "
                    + service
                    + ", and the app has no credentials for it: these devices are silent while the"
                    + " app sleeps.",
                "Give them: `reveille apps credentials " + id + " " + service + " ...`."));
      }
    }
    uncovered(app, findings);
  }

  /// An app with several credentials may have none for some of its devices.
  private void uncovered(final JsonNode app, final List<Finding> findings) {
    final var counts = new TreeMap<String, Integer>();
    for (final JsonNode phone : inventory.of(app)) {
      for (final JsonNode address : ServerInventory.direct(phone)) {
        if (hasAccount(app, address.path("service").asText())
            && Accounts.find(app, address).isMissingNode()) {
          counts.merge(inWords(app, address), 1, Integer::sum);
        }
      }
    }
    final String id = app.path("id").asText();
    counts.forEach((which, count) ->
        findings.add(
            Finding.wrong(
                "not-configured",
                id,
                "None of the app's credentials is for "
                    + which
                    + ", and devices registered push addresses of that kind: "
                    + count
                    + ". They are silent while the app sleeps.",
                "Give credentials for them, or some for all that have no others: `reveille apps"
                    + " credentials "
                    + id
                    + " ...`; `reveille apps show "
                    + id
                    + "` lists those that are there.")));
  }

  private static boolean hasAccount(final JsonNode app, final String service) {
    return Json.elements(app.path("accounts"))
        .anyMatch(each -> each.path("service").asText().equals(service));
  }

  private static String inWords(final JsonNode app, final JsonNode address) {
    final String service = address.path("service").asText();
    return service.equals("apns")
        ? service
            + ", "
            + (address.path("sandbox").asBoolean() ? "sandbox" : "production")
            + ", topic "
            + address.path("topic").asText(app.path("bundleId").asText())
        : service + (address.has("project") ? ", project " + address.path("project").asText() : "");
  }

  private void channels(final JsonNode app, final List<Finding> findings) {
    final String id = app.path("id").asText();
    int withoutCalls = 0;
    int withoutMessages = 0;
    for (final JsonNode phone : inventory.of(app)) {
      if (phone.path("addresses").isEmpty()
          || !phone.path("platform").asText().equals("ios")
          || phone.path("osMajor").asInt() < FIRST_IOS_WITH_TWO_CHANNELS) {
        continue;
      }
      final var channels = new TreeSet<String>();
      phone.path("addresses").forEach(each -> channels.add(each.path("channel").asText()));
      final boolean callKit = !phone.path("attributes").path("callkit").asText().equals("no");
      withoutCalls += callKit && !channels.contains("voip") ? 1 : 0;
      withoutMessages += channels.contains("message") ? 0 : 1;
    }
    if (withoutCalls > 0) {
      findings.add(
          Finding.wrong(
              "no-voip-address",
              id,
              "iPhones without a push address on the channel voip: "
                  + withoutCalls
                  + ". A call cannot wake them.",
              "Let the app hand over its PushKit token too, as channel voip."));
    }
    if (withoutMessages > 0) {
      findings.add(
          Finding.wrong(
              "no-message-address",
              id,
              "iPhones without a push address on the channel message: "
                  + withoutMessages
                  + ". Messages and missed calls do not show.",
              "Let the app register for remote notifications, and hand the token over as channel"
                  + " message."));
    }
  }

  /// Pushes of hubs go unless the service is switched off explicitly.
  private void switches(final List<Finding> findings) {
    final var wanted = new TreeSet<String>();
    for (final JsonNode app : inventory.apps()) {
      final boolean isOfHub = app.path("id").asText().startsWith(HUB_APPS);
      final var services = inventory.servicesWanted(app);
      services.addAll(Json.texts(app.path("credentials")));
      services.stream()
          .map(ServerInventory::switchOf)
          .filter(name -> !isOfHub || inventory.isSwitchedOff(name))
          .forEach(wanted::add);
    }
    for (final String name : wanted) {
      if (!inventory.isOn(name)) {
        findings.add(
            Finding.wrong(
                "push-switched-off",
                name,
                "Pushes through " + name + " are switched off everywhere; apps want them.",
                "Switch them on: `reveille settings set push-notification " + name + "=true`."));
      }
    }
  }
}
