package dev.reveille.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Finds push addresses that a platform refused for what may be a mistake in the app's settings.
/// They are kept and get nothing until the settings change, so they count as wrong until they work.
final class DoubtedAddresses {
  private static final String APPLE = "apns";

  /// @param ownTopic whether the device said the topic, and not the app's bundle id
  private record Doubted(
      String mistake,
      String app,
      String service,
      String code,
      String topic,
      boolean ownTopic,
      String account) {}

  private final ServerInventory inventory;

  DoubtedAddresses(final ServerInventory inventory) {
    this.inventory = inventory;
  }

  List<Finding> find() {
    final var findings = new ArrayList<Finding>();
    for (final JsonNode app : inventory.apps()) {
      final Map<String, Doubted> kinds = new TreeMap<>();
      final Map<String, Integer> counts = new TreeMap<>();
      final Map<String, String> since = new TreeMap<>();
      for (final JsonNode phone : inventory.of(app)) {
        for (final JsonNode address : phone.path("addresses")) {
          final JsonNode doubt = address.path("doubted");
          if (!doubt.isMissingNode()) {
            final var one = doubted(app, address, doubt);
            final String kind =
                one.mistake + " " + one.service + " " + one.topic + " " + one.account;
            kinds.put(kind, one);
            counts.merge(kind, 1, Integer::sum);
            since.merge(kind, doubt.path("since").asText(), DoubtedAddresses::earlier);
          }
        }
      }
      kinds.forEach((kind, one) ->
          findings.add(finding(one, counts.getOrDefault(kind, 0), since.getOrDefault(kind, ""))));
    }
    return findings;
  }

  private static String earlier(final String one, final String other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Doubted doubted(final JsonNode app, final JsonNode address, final JsonNode doubt) {
    final String code = doubt.path("code").asText();
    final String service = address.path("service").asText();
    final String mistake =
        switch (code) {
          case "RV-206" -> "wrong-topic";
          case "RV-220" -> ofSender(service);
          default -> service.equals(APPLE) ? "wrong-environment" : ofSender(service);
        };
    return new Doubted(
        mistake,
        app.path("id").asText(),
        service,
        code,
        address.path("topic").asText(app.path("bundleId").asText()),
        address.has("topic"),
        Accounts.of(app, address));
  }

  /// The address was made for other credentials than the app's.
  private static String ofSender(final String service) {
    return switch (service) {
      case "wns", "mpns" -> "wrong-identity";
      case "webpush" -> "wrong-key-pair";
      default -> "wrong-project";
    };
  }

  private static String who(final String service) {
    return switch (service) {
      case APPLE -> "Apple";
      case "wns", "mpns" -> "Microsoft";
      case "webpush" -> "The browsers' push service";
      default -> "Google";
    };
  }

  private static Finding finding(final Doubted one, final int count, final String since) {
    final boolean apple = one.service.equals(APPLE);
    final String addresses = count == 1 ? "1 push address" : count + " push addresses";
    final String sentence =
        who(one.service)
            + " refuses "
            + addresses
            + " of the app since "
            + since
            + " ("
            + one.code
            + "). The app is set up as "
            + (apple ? "bundle id " + one.topic + ", " : "")
            + one.account
            + ". They are kept, and get nothing until that changes.";
    final String remedy =
        switch (one.mistake) {
          case "wrong-topic" ->
              one.ownTopic
                  ? "These devices said the topic themselves: compare it with Xcode's bundle id,"
                      + " and correct what the app hands over. If it is right, the app mixes up"
                      + " its tokens: the one of PushKit is `voip`."
                  : "Compare the bundle id with Xcode's and correct it: `reveille apps add "
                      + one.app
                      + " --bundle-id ID`; the next event reaches the phones again. If it is right,"
                      + " the app mixes up its tokens: the one of PushKit is `voip`.";
          case "wrong-identity" ->
              "Each channel belongs to the identity that the app was built with. Give that one, as"
                  + " Partner Center or Entra shows it for this very app: `reveille apps"
                  + " credentials "
                  + one.app
                  + " "
                  + one.service
                  + " ...`; the next event reaches the devices again.";
          case "wrong-key-pair" ->
              "Each subscription is bound to the key pair with which it was made. Give that pair"
                  + " again: `reveille apps credentials "
                  + one.app
                  + " webpush --public-key FILE --private-key FILE --replace`; or let the pages"
                  + " subscribe anew.";
          case "wrong-project" ->
              "Give the service account of the project whose `google-services.json` the app was"
                  + " built with: `reveille apps credentials "
                  + one.app
                  + " fcm ...`; the next event reaches the phones again.";
          default ->
              "Apple knows them neither in production nor in the sandbox for this key: compare key,"
                  + " team and bundle id with Apple's console, and correct them with `reveille apps"
                  + " credentials "
                  + one.app
                  + " apns ...`; the next event reaches the phones again.";
        };
    return Finding.wrong(one.mistake, one.app, sentence, remedy);
  }
}
