package dev.reveille.cli.story;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.wire.Json;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;

/// Tells in words how far a send (a push to addresses that belong to no user) has come, and what
/// became of some of its targets.
public final class SendStory {
  private final JsonNode send;
  private final JsonNode targets;
  private final JsonNode registrations;
  private final StoryPage page = new StoryPage();

  private SendStory(final JsonNode told) {
    this.send = told.path("send");
    this.targets = told.path("targets");
    this.registrations = told.path("registrations");
  }

  /// @param told `send` as `GET /v1/sends/{send}` answered it; `targets` as its page of targets;
  ///   `registrations`, of a send of a hub, for whom it is and for whom not
  public static String of(final JsonNode told) {
    return new SendStory(told).tell();
  }

  private String tell() {
    page.line("Send " + send.path("send").asText() + ": a push to " + audience() + form());
    page.line(
        "  from "
            + send.path("source").asText()
            + " (its id "
            + send.path("id").asText()
            + "), accepted "
            + Json.moment(send.path("acceptedAt")));
    page.line("  " + state());
    outcomes();
    final var since = new Since(Instant.parse(send.path("acceptedAt").asText()));
    for (final JsonNode target : targets) {
      page.gap();
      if (target.has("registration") || target.has("installation")) {
        page.line(StandingStory.head(target));
        page.line("", "Matched" + StandingStory.tags(target));
      } else {
        page.line(
            target.path("target").asText()
                + " ("
                + target.path("service").asText()
                + (target.has("template") ? ", template " + target.path("template").asText() : "")
                + ")");
      }
      became(target, since);
    }
    for (final JsonNode one : registrations) {
      page.gap();
      page.line(StandingStory.head(one));
      StandingStory.lines(one).forEach(line -> page.line("", line));
      if (one.has("tries")) {
        became(one, since);
      }
    }
    return page.toString();
  }

  private void became(final JsonNode target, final Since since) {
    tries(target, since);
    final int pushes = pushes(target);
    if (pushes > 1) {
      page.line("", "Tried " + pushes + " times.");
    }
    if (!target.path("settled").asBoolean()) {
      page.line("", "Not settled yet.");
    }
  }

  /// A try may have several lines; they have one number.
  private static int pushes(final JsonNode target) {
    return Json.elements(target.path("tries"))
        .filter(each -> each.path("way").asText().equals("push"))
        .mapToInt(each -> each.path("number").asInt())
        .max()
        .orElse(0);
  }

  private String audience() {
    final JsonNode audience = send.path("audience");
    if (audience.isMissingNode()) {
      final long count = send.path("addresses").asLong();
      return count == 1 ? "one address" : "%,d addresses".formatted(count);
    }
    final var which = audience.path("which").asText("");
    return "who is registered in "
        + audience.path("in").asText()
        + (which.isEmpty() ? "" : " as " + which);
  }

  private String form() {
    return send.has("service") ? ", in the form of " + send.path("service").asText() : "";
  }

  private String state() {
    return switch (send.path("state").asText()) {
      case "scheduled" -> "It leaves at " + Json.moment(send.path("notBefore")) + ".";
      case "goes-on" ->
          "It goes on: %,d of its targets are settled.".formatted(send.path("settled").asLong());
      case "over" ->
          "It is sent to all: each target is settled, or waits for a further try, as it says"
              + " below.";
      case "cancelled" -> "It was cancelled: no further target is told.";
      case "given-up" ->
          "It was given up: three starts of the server ended while they worked on it.";
      default -> "Its life is over.";
    };
  }

  private void outcomes() {
    send.path("outcomes")
        .properties()
        .forEach(one ->
            page.line(
                "  %,d: ".formatted(one.getValue().asLong()) + DeviceStory.outcome(one.getKey())));
    final long others = send.path("ofAnotherService").asLong();
    if (others > 0) {
      page.line("  %,d: of another push service, they got nothing.".formatted(others));
    }
  }

  private void tries(final JsonNode target, final Since since) {
    final Set<String> told = new LinkedHashSet<>();
    for (final JsonNode each : target.path("tries")) {
      page.line(since.at(each.path("at")), DeviceStory.attempt(each));
      if (!DeviceStory.went(each)) {
        Reasons.remedy(each.path(each.has("cause") ? "cause" : "why"))
            .filter(told::add)
            .ifPresent(it -> page.line("", it));
      }
    }
  }
}
