package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.story.Story;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.util.List;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `reveille send`: hands in one event, or says with `--dry-run` what would become of it. `cancel`
/// ends a call instead, and has no dry run. Without `--id` each run is a new event.
@Command(
    name = "send",
    description = "Hands in an event and prints its id.",
    footer = {
      "",
      "Examples:",
      "  reveille send call --to anna --from Bob --rings 30s",
      "  reveille send message --to anna --from Bob --text \"Lunch?\"",
      "  reveille send voicemail --to anna --text \"From Bob, 0:42\"",
      "  reveille send cancel EVENT",
      "  reveille send message --to anna --text Hello --dry-run",
      "  reveille explain \"$(reveille send message --to anna --text Hello)\""
    })
final class SendCommand {
  private final Session session;

  SendCommand(final Session session) {
    this.session = session;
  }

  @Command(name = "call", description = "A call: the devices ring until it is answered.")
  void call(
      @Mixin final EventOptions addressed,
      @Option(
              names = "--from",
              paramLabel = "NAME",
              defaultValue = "",
              description = "the caller's name")
          final String from,
      @Option(
              names = "--address",
              paramLabel = "ADDRESS",
              defaultValue = "",
              description = "the caller's number or address")
          final String address,
      @Option(names = "--video", description = "a call with video") final boolean video,
      @Option(
              names = "--rings",
              paramLabel = "DURATION",
              defaultValue = "",
              description = "how long it rings (60s when not given, at most 10m)")
          final String rings,
      @Option(
              names = "--call",
              paramLabel = "UUID",
              defaultValue = "",
              description = "the call's own name; made up when not given")
          final String uuid) {
    final ObjectNode event = addressed.event("call", "");
    final ObjectNode call = event.putObject("call");
    final String id = uuid.isEmpty() ? UUID.randomUUID().toString() : uuid;
    call.put("id", id);
    if (!from.isEmpty() || !address.isEmpty()) {
      final ObjectNode caller = call.putObject("caller");
      if (!from.isEmpty()) {
        caller.put("name", from);
      }
      if (!address.isEmpty()) {
        caller.put("address", address);
      }
    }
    if (video) {
      call.put("video", true);
    }
    if (!rings.isEmpty()) {
      event.put("ringFor", Arguments.duration(rings));
    }
    handIn(addressed, event);
    if (!addressed.isDryRun()) {
      session.hint("End it: reveille send cancel " + id);
    }
  }

  @Command(name = "message", description = "A chat message.")
  void message(
      @Mixin final EventOptions addressed,
      @Mixin final ContentOptions said,
      @Option(
              names = "--from",
              paramLabel = "NAME",
              defaultValue = "",
              description = "the writer: the title, when there is no other")
          final String from,
      @Option(
              names = "--conversation",
              paramLabel = "NAME",
              defaultValue = "",
              description = "chat, channel or thread; the writer, when not given")
          final String conversation) {
    final ObjectNode event = addressed.event("message", "");
    said.addTo(event);
    if (!from.isEmpty() && event.path("content").path("title").isMissingNode()) {
      event.withObject("/content").put("title", from);
    }
    final String otherwise = from.isEmpty() ? "cli" : from;
    event.put("conversation", conversation.isEmpty() ? otherwise : conversation);
    handIn(addressed, event);
  }

  @Command(name = "voicemail", description = "A voicemail was left.")
  void voicemail(@Mixin final EventOptions addressed, @Mixin final ContentOptions said) {
    alertOf(addressed, said, "voicemail");
  }

  @Command(name = "missed-call", description = "A call that was not answered.")
  void missedCall(@Mixin final EventOptions addressed, @Mixin final ContentOptions said) {
    alertOf(addressed, said, "missed-call");
  }

  @Command(name = "alert", description = "Anything else that a person should see.")
  void alert(
      @Mixin final EventOptions addressed,
      @Mixin final ContentOptions said,
      @Option(
              names = "--collapse",
              paramLabel = "WORD",
              defaultValue = "",
              description = "replaces an earlier alert with the same word")
          final String collapse) {
    final ObjectNode event = addressed.event("alert", "");
    said.addTo(event);
    if (!collapse.isEmpty()) {
      event.put("collapse", collapse);
    }
    handIn(addressed, event);
  }

  @Command(name = "change", description = "Folders with something new: the app synchronises.")
  void change(
      @Mixin final EventOptions addressed,
      @Option(
              names = "--folder",
              paramLabel = "NAME",
              required = true,
              description = "may be repeated")
          final List<String> folders) {
    final ObjectNode event = addressed.event("change", "");
    event.set("folders", Json.array(folders));
    handIn(addressed, event);
  }

  @Command(name = "silent", description = "Something for the app, not for its user.")
  void silent(@Mixin final EventOptions addressed, @Mixin final ContentOptions said) {
    final ObjectNode event = addressed.event("silent", "");
    said.addTo(event);
    handIn(addressed, event);
  }

  @Command(name = "cancel", description = "Ends a call's ringing on every device.")
  void cancel(
      @Parameters(paramLabel = "CALL", description = "the call's UUID, or its event")
          final String call,
      @Option(
              names = "--answered-elsewhere",
              paramLabel = "WHERE",
              arity = "0..1",
              fallbackValue = "elsewhere",
              defaultValue = "",
              description = "it was answered elsewhere, on a desk phone for example")
          final String where) {
    session.show(
        api -> {
          final String uuid = callOf(api, call);
          return where.isEmpty()
              ? api.post(at("calls", uuid, "cancel"), Json.object())
              : api.post(at("calls", uuid, "answer-elsewhere"), Json.object().put("where", where));
        },
        answer -> answer.path("event").asText() + ": " + CallUuids.state(answer));
  }

  private void alertOf(final EventOptions addressed, final ContentOptions said, final String type) {
    final ObjectNode event = addressed.event("alert", type);
    said.addTo(event);
    handIn(addressed, event);
  }

  private void handIn(final EventOptions addressed, final ObjectNode event) {
    if (addressed.isDryRun()) {
      session.show(api -> api.post("events?dryRun=true", event), Story::foreseen);
      return;
    }
    session.show(
        api -> api.post("events", event),
        answer -> {
          if ("repeat".equals(answer.path("status").asText())) {
            session.hint("It was handed in before, with the same content; nothing was done.");
          }
          return answer.path("event").asText();
        });
  }

  private static String callOf(final Api api, final String given) {
    if (CallUuids.isUuid(given)) {
      return given;
    }
    final JsonNode id = api.get(at("events", given)).path("call").path("id");
    if (id.isMissingNode()) {
      throw Failure.no("The event " + given + " is not a call.", "Only a call can be cancelled.");
    }
    return id.asText();
  }
}
