package dev.reveille.cli.story;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.wire.Json;
import java.time.Instant;

/// Tells the trail of one event in words, for `reveille explain`.
public final class Story {
  private final JsonNode trail;
  private final JsonNode event;
  private final Since since;
  private final StoryPage page = new StoryPage();

  private Story(final JsonNode trail) {
    this.trail = trail;
    this.event = trail.path("event");
    this.since = new Since(Instant.parse(event.path("acceptedAt").asText()));
  }

  /// Tells what `GET /v1/events/{event}/trail` answered. The answer to a dry run.
  public static String foreseen(final JsonNode answer) {
    final var page = new StoryPage();
    for (final JsonNode device : answer.path("devices")) {
      new DeviceStory(device, new Since(Instant.EPOCH), page).foresee();
      page.gap();
    }
    for (final JsonNode user : answer.path("withoutDevice")) {
      page.line(user.path("user").asText() + " has no device.");
      page.gap();
    }
    page.line("A dry run: nothing was stored, and no device was told.");
    return page.toString();
  }

  public static String of(final JsonNode trail) {
    return new Story(trail).tell();
  }

  private String tell() {
    whatHappened();
    for (final JsonNode device : trail.path("devices")) {
      page.gap();
      new DeviceStory(device, since, page).tell();
    }
    for (final JsonNode untold : trail.path("notNotified")) {
      page.gap();
      page.line(untold.path("user").asText());
      page.line(
          since.at(untold.path("at")),
          "No device was told. " + Reasons.sentence(untold.path("why")));
      Reasons.remedy(untold.path("why")).ifPresent(it -> page.line("", it));
    }
    page.gap();
    page.line(ending());
    return page.toString();
  }

  private void whatHappened() {
    final String eventClass = event.path("class").asText();
    final String type = event.path("type").asText(eventClass);
    page.line(
        "Event "
            + event.path("event").asText()
            + ": "
            + title(eventClass, type)
            + (isEarlyEnd()
                ? " that was not known yet"
                : " for " + String.join(", ", Json.texts(event.path("to")))));
    page.line("  from " + origin() + ", accepted " + Json.moment(event.path("acceptedAt")));
    words();
    final JsonNode call = trail.path("call");
    if (!call.isMissingNode()) {
      page.line("  The call " + call.path("call").asText() + ": " + CallWords.of(call) + ".");
    }
  }

  /// Whether it is an end that came before its call, which has no recipients of its own.
  private boolean isEarlyEnd() {
    return event.path("class").asText().equals("call-end") && event.path("to").isEmpty();
  }

  private static String title(final String eventClass, final String type) {
    final String name =
        switch (eventClass) {
          case "call" -> "a call";
          case "call-end" -> "the end of a call";
          case "message" -> "a message";
          case "alert" -> "an alert";
          case "change" -> "a change";
          case "silent" -> "something for the app";
          default -> eventClass;
        };
    return type.equals(eventClass) ? name : name + " (" + type + ")";
  }

  private String origin() {
    final String id = event.path("id").asText("");
    return event.path("source").asText("") + (id.isEmpty() ? "" : " (its id " + id + ")");
  }

  /// Callers and content come only to who may read them; the server decides, we print what came.
  private void words() {
    final JsonNode caller = event.path("call").path("caller");
    if (!caller.isMissingNode()) {
      final String address = caller.path("address").asText("");
      final String name = caller.path("name").asText("");
      final String brackets = name.isEmpty() ? address : name + " <" + address + ">";
      if (!name.isEmpty() || !address.isEmpty()) {
        page.line("  The caller: " + (address.isEmpty() ? name : brackets));
      }
    }
    final JsonNode content = event.path("content");
    if (!content.isMissingNode()) {
      final String title = content.path("title").asText("");
      final String text = content.path("text").asText("");
      final String words = title + (title.isEmpty() || text.isEmpty() ? "" : " | ") + text;
      page.line(words.isEmpty() ? "  It has no words." : "  It says: " + words);
    }
    final String folders = String.join(", ", Json.texts(event.path("folders")));
    if (!folders.isEmpty()) {
      page.line("  The folders: " + folders);
    }
  }

  private String ending() {
    if (trail.path("settled").asBoolean()) {
      if (trail.path("call").path("state").asText().equals("ringing")) {
        return "It rings until a user or the caller ends it, or its time is over.";
      }
      return isEarlyEnd() && trail.path("call").isMissingNode()
          ? "It waits ten minutes for its call."
          : "Nothing more will happen.";
    }
    return trail.path("devices").isEmpty() && trail.path("notNotified").isEmpty()
        ? "Nothing is known yet. Ask again in a moment."
        : "It is not over: a push waits, or an answer is still out.";
  }
}
