package dev.reveille.cli.story;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.wire.Json;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Tells the part of one device in the story of an event's trail.
final class DeviceStory {
  private static final String BROWSER_ACKNOWLEDGED = "RV-239";

  private final JsonNode device;
  private final Since since;
  private final StoryPage page;

  /// A remedy is told once, however often its reason comes.
  private final Set<String> told = new LinkedHashSet<>();

  DeviceStory(final JsonNode device, final Since since, final StoryPage page) {
    this.device = device;
    this.since = since;
    this.page = page;
  }

  void tell() {
    page.line(headline());
    final List<JsonNode> tries = inOrder(device.path("tries"));
    if (device.has("registeredAt")) {
      page.line(since.at(device.path("registeredAt")), "The app registered this device.");
    }
    page.line(since.at(earliest(tries)), known());
    page.line("", decided() + " " + Reasons.sentence(device.path("why")));
    remedy(device.path("why"));
    for (final JsonNode each : tries) {
      page.line(since.at(each.path("at")), attempt(each));
      if (!went(each)) {
        remedy(each.path(each.has("cause") ? "cause" : "why"));
      }
    }
    page.line("", ending());
  }

  /// What would become of it, as a dry run says.
  void foresee() {
    page.line(headline());
    page.line("", known());
    page.line("", decided() + " " + Reasons.sentence(device.path("why")));
    remedy(device.path("why"));
  }

  /// Answers of different ways come in one order only when they are sorted.
  private static List<JsonNode> inOrder(final JsonNode tries) {
    return Json.elements(tries).sorted(Comparator.comparing(DeviceStory::moment)).toList();
  }

  /// What was known was known before the first try, even where the trail noted it after that.
  private JsonNode earliest(final List<JsonNode> tries) {
    final JsonNode noted = device.path("at");
    return tries.isEmpty() || !moment(tries.getFirst()).isBefore(Instant.parse(noted.asText()))
        ? noted
        : tries.getFirst().path("at");
  }

  private static Instant moment(final JsonNode attempt) {
    return Instant.parse(attempt.path("at").asText());
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
      case "ping" -> "Decided: the Ping that it holds.";
      case "ping-and-live" -> "Decided: the Ping that it holds and the live channel.";
      case "ping-else-push" ->
          "Decided: the Ping that it holds, and a push if nothing comes of it.";
      case "suppress" -> "Decided: nothing is sent.";
      default -> "Decided: " + device.path("decision").asText() + ".";
    };
  }

  static String attempt(final JsonNode attempt) {
    if ("receipt".equals(attempt.path("way").asText())) {
      return receipt(attempt);
    }
    final String told = attempt.path("detail").asText("");
    final boolean isElsewhere = "relay".equals(attempt.path("way").asText());
    final int end = isElsewhere ? told.indexOf(": ") : -1;
    final String detail = end < 0 ? told : told.substring(end + 2);
    final int number = attempt.path("number").asInt(1);
    return (end < 0 ? way(attempt) : "At " + told.substring(0, end))
        + (number > 1 ? ", try " + number : "")
        + ": "
        + outcome(attempt)
        + (went(attempt) ? "" : " " + Reasons.sentence(attempt.path("why"), attempt.path("cause")))
        + (detail.isEmpty() ? "" : " [" + detail + "]");
  }

  /// What the app says became of it, on whatever way it came.
  private static String receipt(final JsonNode receipt) {
    if ("declined".equals(receipt.path("outcome").asText())) {
      return "The user declined on this device.";
    }
    final String mark = receipt.path("detail").asText("");
    return switch (mark) {
      case "received" -> "The app says that it has it.";
      case "shown" -> "The app says that it showed it.";
      case "read" -> "The app says that its user read it.";
      case "dismissed" -> "The app says that its user put it away.";
      default -> "The app says: " + mark + ".";
    };
  }

  private static String way(final JsonNode attempt) {
    final String way = attempt.path("way").asText();
    return switch (way) {
      case "live" -> "Live channel";
      case "ping" -> "Held Ping";
      case "push" -> "Push";
      default ->
          way.isEmpty() ? way : way.substring(0, 1).toUpperCase(Locale.ROOT) + way.substring(1);
    };
  }

  private static String outcome(final JsonNode attempt) {
    return saysBrowser(attempt)
        ? "the browser acknowledged it."
        : outcome(attempt.path("outcome").asText());
  }

  /// Whether it is the browser that has it: its page may not know yet.
  private static boolean saysBrowser(final JsonNode attempt) {
    return BROWSER_ACKNOWLEDGED.equals(attempt.at("/why/code").asText());
  }

  /// In words; what a newer server says is repeated as it is.
  static String outcome(final String word) {
    return switch (word) {
      case "sent" -> "sent.";
      case "acknowledged" -> "the app acknowledged it.";
      case "declined" -> "the user declined on this device.";
      case "handed-over" -> "the push service took it.";
      case "in-transit" -> "a relay took it; its report is to come.";
      case "refused" -> "refused for good.";
      case "try-again" -> "not now, it will be tried again.";
      case "uncertain" -> "no answer was seen; it may have arrived.";
      case "leaves" -> "about to be sent once more.";
      case "lost" -> "it did not get through.";
      case "unacknowledged" -> "no word from the app in time.";
      case "waits" -> "put aside.";
      case "expired" -> "its time ran out.";
      case "given-up" -> "given up.";
      case "not-sent" -> "not sent any more.";
      case "address-dropped" -> "its address was removed.";
      case "address-kept" -> "its address was kept.";
      default -> word + ".";
    };
  }

  /// What went well needs no reason beside it.
  static boolean went(final JsonNode attempt) {
    return switch (attempt.path("outcome").asText()) {
      case "sent", "acknowledged", "declined", "handed-over", "in-transit" -> true;
      default -> false;
    };
  }

  private String ending() {
    final JsonNode acknowledged = device.path("acknowledgedAt");
    if (!acknowledged.isMissingNode()) {
      final boolean byApp =
          Json.elements(device.path("tries"))
              .anyMatch(
                  one -> "acknowledged".equals(one.path("outcome").asText()) && !saysBrowser(one));
      final String who = byApp ? "app" : "browser";
      return "Arrived: the " + who + " has had it after " + since.after(acknowledged) + ".";
    }
    if ("suppress".equals(device.path("decision").asText())) {
      return "Nothing was sent to this device.";
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
