package dev.reveille.cli.story;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/// What one device has to do with the event.
final class DeviceStory {
  private final JsonNode device;
  private final Since since;
  private final Page page;

  /// A remedy is told once, however often its reason comes.
  private final Set<String> told = new LinkedHashSet<>();

  DeviceStory(final JsonNode device, final Since since, final Page page) {
    this.device = device;
    this.since = since;
    this.page = page;
  }

  void tell() {
    page.line(headline());
    page.line(since.at(device.path("at")), known());
    page.line("", decided() + " " + Reasons.sentence(device.path("why")));
    remedy(device.path("why"));
    for (final JsonNode each : device.path("tries")) {
      page.line(since.at(each.path("at")), attempt(each));
      if (!went(each)) {
        remedy(each.path("why"));
      }
    }
    page.line("", ending());
  }

  private String headline() {
    final String app = device.path("app").asText("");
    return device.path("user").asText()
        + ", "
        + device.path("installation").asText()
        + (app.isEmpty() ? "" : " (" + app + system() + ")");
  }

  private String system() {
    final JsonNode known = device.path("known");
    final String platform = known.path("platform").asText("");
    final int major = known.path("osMajor").asInt(0);
    final String name =
        switch (platform) {
          case "ios" -> "iOS";
          case "android" -> "Android";
          case "windows" -> "Windows";
          default -> platform;
        };
    if (name.isEmpty()) {
      return "";
    }
    return ", " + name + (major == 0 ? "" : " " + major);
  }

  private String known() {
    final JsonNode known = device.path("known");
    final String state = known.path("state").asText("");
    final String reported = known.path("reported").asText("");
    final boolean open = known.path("channelOpen").asBoolean();
    final String app =
        "foreground".equals(state) ? "The app was in the foreground" : "The app was " + state;
    final String own =
        reported.isEmpty() || reported.equals(state) ? "" : " (it said: " + reported + ")";
    return app + own + (open ? ", its live channel open." : "; it had no live channel.");
  }

  private String decided() {
    return switch (device.path("decision").asText()) {
      case "live" -> "Decided: the live channel.";
      case "push" -> "Decided: a push.";
      case "live-and-push" -> "Decided: the live channel and a push at once.";
      case "live-else-push" ->
          "Decided: the live channel, and a push if the app does not acknowledge it.";
      case "suppress" -> "Decided: nothing is sent.";
      default -> "Decided: " + device.path("decision").asText() + ".";
    };
  }

  private String attempt(final JsonNode attempt) {
    final String detail = attempt.path("detail").asText("");
    final int number = attempt.path("number").asInt(1);
    return way(attempt)
        + (number > 1 ? ", try " + number : "")
        + ": "
        + outcome(attempt)
        + (went(attempt) ? "" : " " + Reasons.sentence(attempt.path("why")))
        + (detail.isEmpty() ? "" : " [" + detail + "]");
  }

  private static String way(final JsonNode attempt) {
    final String way = attempt.path("way").asText();
    return switch (way) {
      case "live" -> "Live channel";
      case "push" -> "Push";
      case "receipt" -> "Receipt";
      default ->
          way.isEmpty() ? way : way.substring(0, 1).toUpperCase(Locale.ROOT) + way.substring(1);
    };
  }

  private static String outcome(final JsonNode attempt) {
    return switch (attempt.path("outcome").asText()) {
      case "sent" -> "sent.";
      case "acknowledged" ->
          "receipt".equals(attempt.path("way").asText())
              ? "the app says that the push arrived."
              : "the app acknowledged it.";
      case "handed-over" -> "the push service took it.";
      case "refused" -> "refused.";
      case "try-again" -> "not now, it will be tried again.";
      case "uncertain" -> "nobody knows.";
      case "expired" -> "its time ran out.";
      default -> attempt.path("outcome").asText() + ".";
    };
  }

  /// What went well needs no reason beside it.
  private static boolean went(final JsonNode attempt) {
    return switch (attempt.path("outcome").asText()) {
      case "sent", "acknowledged", "handed-over" -> true;
      default -> false;
    };
  }

  private String ending() {
    final JsonNode acknowledged = device.path("acknowledgedAt");
    if (!acknowledged.isMissingNode()) {
      return "Arrived: the app has had it after " + since.after(acknowledged) + ".";
    }
    if ("suppress".equals(device.path("decision").asText())) {
      return "This device was left in peace.";
    }
    if (!device.path("settled").asBoolean()) {
      return "Not settled yet.";
    }
    return "The app has not said that it arrived.";
  }

  private void remedy(final JsonNode reason) {
    Reasons.remedy(reason).filter(told::add).ifPresent(it -> page.line("", it));
  }
}
