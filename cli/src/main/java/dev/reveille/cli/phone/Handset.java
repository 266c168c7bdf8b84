package dev.reveille.cli.phone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.story.CallWords;
import dev.reveille.cli.wire.Json;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The behaviour of an app on a phone: acknowledges frames, shows what is new, rings once per call,
/// and does what its user orders. No socket, clock or screen: those are its [PhoneActions]. Not
/// thread-safe.
final class Handset {

  /// What a handset causes outside itself.
  interface PhoneActions {
    /// Shows a line to the user.
    void show(String words);

    /// Sounds the terminal's bell.
    void ring();

    /// Sends a frame; lost when there is no channel.
    void send(ObjectNode frame);

    void open();

    void close();

    void switchOff();
  }

  /// An entry that was shown, and where the user would go to read it.
  private record Shown(String conversation) {}

  private static final int MOST_REMEMBERED = 1_000;

  private final PhoneActions actions;
  private final Map<String, String> ringing = new LinkedHashMap<>();
  private final Map<String, Shown> unread = new LinkedHashMap<>();
  private final Set<String> seen = new LinkedHashSet<>();
  private String cursor;
  private String state;
  private boolean open;
  private boolean talking;

  /// @param cursor what it has acknowledged before; where the server goes on
  /// @param state the app's own word for its state
  Handset(final PhoneActions actions, final String cursor, final String state) {
    this.actions = actions;
    this.cursor = cursor;
    this.state = state;
  }

  /// Where it would go on after a pause.
  String cursor() {
    return cursor;
  }

  // ---- the channel --------------------------------------------------------------------------

  void opened() {
    open = true;
    actions.send(frame("hello").put("cursor", cursor).put("state", state));
  }

  void closed(final String why) {
    if (open) {
      actions.show("The channel closed" + (why.isEmpty() ? "." : ": " + why + "."));
    }
    open = false;
  }

  void received(final JsonNode frame) {
    switch (frame.path("frame").asText()) {
      case "welcome" -> welcome(frame);
      case "behind" -> {
        actions.show("This phone read too slowly; it catches up.");
        stopRingingExcept(frame.path("ringing"));
      }
      case "caught-up" -> moveTo(frame.path("position").asText());
      case "gap" -> actions.show("What came before cannot be continued; the inbox is loaded anew.");
      case "entry", "change" -> entry(frame);
      case "call" -> call(frame);
      case "call-over" -> callOver(frame);
      case "ping" -> actions.send(frame("pong"));
      case "go-away" -> actions.show("The server goes away for a while.");
      case "done" -> done(frame);
      case "error" -> error(frame);
      default ->
          actions.show("Something this phone does not know: " + frame.path("frame").asText());
    }
  }

  private void welcome(final JsonNode frame) {
    actions.show("Connected as " + frame.path("installation").asText() + ", " + state + ".");
    stopRingingExcept(frame.path("ringing"));
  }

  private void entry(final JsonNode frame) {
    final String event = frame.path("event").asText();
    actions.send(acknowledgement(event));
    moveTo(frame.path("position").asText(""));
    if (!seen.add(event)) {
      return;
    }
    if (seen.size() > MOST_REMEMBERED) {
      seen.remove(seen.iterator().next());
    }
    final boolean silent = "silent".equals(frame.path("class").asText());
    if (!silent && !frame.has("folders")) {
      unread.put(event, new Shown(frame.path("conversation").asText("")));
    }
    actions.show(inWords(frame));
  }

  private void call(final JsonNode frame) {
    final String call = frame.path("call").asText();
    actions.send(acknowledgement(frame.path("event").asText()));
    if (ringing.containsKey(call)) {
      return; // the same call by another way: one ring
    }
    final JsonNode caller = frame.path("caller");
    final String name = caller.path("name").asText("");
    final String who = name.isEmpty() ? caller.path("address").asText("unknown caller") : name;
    ringing.put(call, who);
    actions.ring();
    actions.show(
        "RINGING  "
            + who
            + (frame.path("video").asBoolean() ? " (video)" : "")
            + "   answer, decline, or decline here   [call "
            + call
            + "]");
  }

  private void callOver(final JsonNode frame) {
    final String event = frame.path("event").asText("");
    if (!event.isEmpty()) {
      actions.send(acknowledgement(event));
    }
    final String who = ringing.remove(frame.path("call").asText());
    if (who != null) {
      final ObjectNode call = Json.object();
      call.set("end", frame);
      actions.show("silent   " + who + ": " + CallWords.of(call) + ".");
    }
  }

  private void stopRingingExcept(final JsonNode still) {
    final List<String> those = Json.texts(still);
    for (final String call : List.copyOf(ringing.keySet())) {
      if (!those.contains(call)) {
        actions.show("silent   " + ringing.remove(call) + ": it is over.");
      }
    }
  }

  private void done(final JsonNode frame) {
    switch (frame.path("of").asText()) {
      case "answer" -> {
        talking = true;
        actions.show("You are talking.");
      }
      case "decline" -> actions.show("Declined.");
      default -> {}
    }
  }

  private void error(final JsonNode frame) {
    final String detail = frame.path("detail").asText("");
    actions.show(
        frame.path("of").asText()
            + ": "
            + frame.path("title").asText()
            + (detail.isEmpty() ? "" : " " + detail)
            + " ("
            + frame.path("code").asText()
            + ")");
  }

  private void moveTo(final String position) {
    if (!position.isEmpty()) {
      cursor = position;
    }
  }

  // ---- the user -----------------------------------------------------------------------------

  /// Does what was typed.
  void typed(final String line) {
    final String[] words = line.strip().split("\\s+", 2);
    final String rest = words.length > 1 ? words[1] : "";
    switch (words[0]) {
      case "" -> {}
      case "foreground", "f" -> be("foreground");
      case "background", "b" -> be("background");
      case "lock", "l" -> be("locked");
      case "sleep", "s" -> {
        state = "stopped";
        open = false;
        actions.close();
        actions.show("The app is stopped; its channel is closed. `foreground` opens it again.");
      }
      case "answer", "a" -> answer(rest);
      case "decline", "d" -> decline(rest);
      case "hang", "h" -> hangUp();
      case "read", "r" -> read();
      case "status" -> status();
      case "quit", "q" -> actions.switchOff();
      default ->
          actions.show(
              "foreground, background, lock, sleep, answer, decline [here], hang up, read, status,"
                  + " quit");
    }
  }

  private void be(final String word) {
    state = word;
    if (open) {
      actions.send(frame("state").put("state", word));
      actions.show("The app is " + word + ".");
    } else {
      actions.open();
    }
  }

  private void answer(final String named) {
    final String call = which(named);
    if (!call.isEmpty()) {
      ringing.remove(call);
      actions.send(frame("answer").put("id", "answer").put("call", call));
    }
  }

  private void decline(final String words) {
    final boolean here = words.startsWith("here");
    final String call = which(here ? words.substring("here".length()).strip() : words);
    if (!call.isEmpty()) {
      ringing.remove(call);
      actions.send(
          frame("decline").put("id", "decline").put("call", call).put("everywhere", !here));
    }
  }

  /// The server's part ended with the answer; the call goes on over the app's own voice channel.
  private void hangUp() {
    actions.show(talking ? "You hung up." : "You are not talking.");
    talking = false;
  }

  /// How it stands, in one short line.
  String summary() {
    return state
        + (open ? "" : ", no channel")
        + (ringing.isEmpty() ? "" : ", RINGING: " + String.join(", ", ringing.values()))
        + (talking ? ", talking" : "")
        + ", unread: "
        + unread.size();
  }

  /// The named call, or the one that has rung longest; "" when nothing rings.
  private String which(final String named) {
    if (ringing.isEmpty()) {
      actions.show("Nothing rings.");
      return "";
    }
    return named.isEmpty() ? ringing.keySet().iterator().next() : named;
  }

  /// Reads all that is unread: conversations up to their newest entry, the rest one by one.
  private void read() {
    final var newest = new LinkedHashMap<String, String>();
    for (final var each : unread.entrySet()) {
      final String conversation = each.getValue().conversation();
      if (conversation.isEmpty()) {
        final ObjectNode mark = frame("mark").put("mark", "read");
        mark.putArray("events").add(each.getKey());
        actions.send(mark);
      } else {
        newest.put(conversation, each.getKey());
      }
    }
    newest.forEach((conversation, event) ->
        actions.send(frame("read").put("conversation", conversation).put("upTo", event)));
    actions.show("Read: " + unread.size() + ".");
    unread.clear();
  }

  private void status() {
    actions.show(
        state
            + ", "
            + (open ? "connected" : "not connected")
            + ", ringing: "
            + ringing.size()
            + ", unread: "
            + unread.size()
            + ", read up to "
            + cursor);
  }

  // ---- words and frames ---------------------------------------------------------------------

  private static String inWords(final JsonNode frame) {
    final JsonNode content = frame.path("content");
    final String title = content.path("title").asText("");
    final String text = content.path("text").asText("");
    final String words =
        frame.has("folders")
            ? String.join(", ", Json.texts(frame.path("folders")))
            : title + (title.isEmpty() || text.isEmpty() ? "" : ": ") + text;
    return String.format("%-8s %s", frame.path("type").asText(), words).stripTrailing()
        + "   ["
        + frame.path("event").asText()
        + "]";
  }

  private static ObjectNode acknowledgement(final String event) {
    final ObjectNode ack = frame("ack");
    ack.putArray("events").add(event);
    return ack;
  }

  private static ObjectNode frame(final String name) {
    return Json.object().put("frame", name);
  }
}
