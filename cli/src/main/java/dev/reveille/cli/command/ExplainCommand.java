package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;
import static dev.reveille.cli.wire.Api.with;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.story.SendStory;
import dev.reveille.cli.story.Story;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.time.Duration;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `reveille explain`: tells the trail of an event, a call or a send in words.
@Command(
    name = "explain",
    header = "Tells what became of an event or a send.",
    description = {
      "Of an event, for each device: what was known, what was decided and why, every try and every",
      "answer. Of a send, a push to addresses that belong to no user: how far it has come, the",
      "tries for some of its targets, and of a notification of a hub by which tags they were found",
      "and for whom it was not."
    },
    footer = {
      "",
      "Examples:",
      "  reveille explain 2n9c-1",
      "  reveille explain 2n9c-1 --device i-7fQ2",
      "  reveille explain hV0tM3Zk1sJrQ8nYb2LxWg                   (a send)",
      "  reveille explain hV0tM3Zk1sJrQ8nYb2LxWg --target a-9pS…   (one of its targets)",
      "  reveille explain hV0tM3Zk1sJrQ8nYb2LxWg --target 740f4707… (of a hub: a device's handle)",
      "  reveille explain 0b0c7bb2-7a0e-4b0e-9f5c-2f6d3a6f5a10     (a call's UUID)",
      "  reveille explain --source pbx --id c-1                    (the sender's own names)"
    })
final class ExplainCommand implements Runnable {
  private static final int LOOKS = 10;
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  private final Session session;

  /// Ids of sends are enciphered, and have always so many letters.
  private static final Pattern SEND = Pattern.compile("[A-Za-z0-9_-]{22}");

  private static final Pattern EVENT = Pattern.compile("[0-9a-z]+-[0-9]+");
  private static final int TARGETS_SHOWN = 20;
  private static final int PASSED_OVER_SHOWN = 5;
  private static final int REGISTRATIONS_ASKED = 200;

  /// So the sources of notifications of hubs begin.
  private static final String HUBS = "reveille:hub:";

  @Parameters(
      arity = "0..1",
      paramLabel = "EVENT",
      description = "as `send` printed it; a call's UUID; or the 22 letters of a send")
  private String event = "";

  @Option(names = "--source", paramLabel = "NAME", description = "with --id: the sender's names")
  private String source = "";

  @Option(names = "--id", paramLabel = "ID")
  private String id = "";

  @Option(names = "--device", paramLabel = "DEVICE", description = "only what happened to this one")
  private String device = "";

  @Option(
      names = "--target",
      paramLabel = "HANDLE",
      description =
          "of a send: only what happened to this address. Of a notification of a hub: a device's"
              + " token, the URL of its channel, or the id of a registration or an installation")
  private String target = "";

  ExplainCommand(final Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    final boolean byKey = !source.isEmpty() && !id.isEmpty();
    if (event.isEmpty() && !byKey) {
      throw Failure.misuse(
          "Which event?", "Give the id that `send` printed, or --source and --id.");
    }
    if (!(isSend() ? device : target).isEmpty()) {
      throw Failure.misuse(
          isSend() ? "A send goes to addresses, not to devices." : "An event goes to devices.",
          isSend() ? "Name one with --target." : "Name one with --device.");
    }
    if (isSend()) {
      session.show(this::send, SendStory::of);
    } else {
      session.show(api -> only(device, patiently(api)), Story::of);
    }
  }

  private boolean isSend() {
    return SEND.matcher(event).matches() && !EVENT.matcher(event).matches();
  }

  /// A large send has very many targets: the first ones are shown, or the one that is asked for.
  private JsonNode send(final Api api) {
    final ObjectNode told = Json.object();
    final JsonNode send = api.get(at("sends", event));
    final boolean ofHub = send.path("source").asText().startsWith(HUBS);
    told.set("send", send);
    if (target.isEmpty()) {
      final var page =
          api.get(with(at("sends", event, "targets"), "limit", String.valueOf(TARGETS_SHOWN)));
      told.set("targets", page.path("targets"));
      if (ofHub && send.has("audience")) {
        told.set("registrations", passedOver(api));
      }
    } else if (ofHub) {
      final var known = api.get(with(at("sends", event, "registrations"), "target", target));
      told.set("registrations", known.path("registrations"));
    } else {
      told.putArray("targets").add(api.get(at("sends", event, "targets", target)));
    }
    return told;
  }

  /// Some of those for whom a notification was not, out of the first that are registered.
  private ArrayNode passedOver(final Api api) {
    final var few = Json.object().putArray("few");
    final var page =
        api.get(
            with(
                with(at("sends", event, "registrations"), "matched", "false"),
                "limit",
                String.valueOf(REGISTRATIONS_ASKED)));
    Json.elements(page.path("registrations")).limit(PASSED_OVER_SHOWN).forEach(few::add);
    return few;
  }

  /// The trail is written just after the answer to the sender of the event: a command that follows
  /// at once waits a moment for it.
  private JsonNode patiently(final Api api) {
    JsonNode trail = trail(api);
    for (int i = 0; i < LOOKS && isEmpty(trail); i++) {
      try {
        Thread.sleep(BETWEEN_LOOKS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return trail;
      }
      trail = trail(api);
    }
    return trail;
  }

  private static boolean isEmpty(final JsonNode trail) {
    return !trail.path("settled").asBoolean()
        && trail.path("devices").isEmpty()
        && trail.path("notNotified").isEmpty();
  }

  private JsonNode trail(final Api api) {
    if (event.isEmpty()) {
      return api.getWhole(
          with(with("events/trail", "source", source), "id", id), "devices", "notNotified");
    }
    final String of =
        CallUuids.isUuid(event) ? api.get(at("calls", event)).path("event").asText() : event;
    return api.getWhole(at("events", of, "trail"), "devices", "notNotified");
  }

  private static JsonNode only(final String device, final JsonNode trail) {
    if (device.isEmpty()) {
      return trail;
    }
    final ObjectNode less = trail.deepCopy();
    final ArrayNode kept = less.putArray("devices");
    Json.elements(trail.path("devices"))
        .filter(each -> device.equals(each.path("installation").asText()))
        .forEach(kept::add);
    if (kept.isEmpty()) {
      throw Failure.no(
          "The event did not concern the device " + device + ".",
          "See which it did: the same command without --device.");
    }
    less.putArray("notNotified");
    return less;
  }
}
