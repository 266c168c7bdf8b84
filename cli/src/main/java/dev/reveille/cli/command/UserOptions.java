package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of `users set`: the changes to a user.
final class UserOptions {
  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      description = "replaces all addresses; may be repeated")
  private @Nullable List<String> addresses;

  @Option(names = "--site", paramLabel = "SITE")
  private String site = "";

  @Option(
      names = "--spread",
      paramLabel = "WORD",
      description = "every-device, or last-active: only the device used last is told")
  private String spread = "";

  @Option(
      names = "--idle",
      paramLabel = "DURATION",
      description = "with last-active: after so long a device counts as left (5m)")
  private String idle = "";

  @Option(
      names = "--do-not-disturb",
      paramLabel = "UNTIL",
      description = "nothing alerts before this moment (2026-03-01T18:00:00Z); `off` ends it")
  private String quiet = "";

  @Option(names = "--mute", paramLabel = "CONVERSATION", description = "may be repeated")
  private @Nullable List<String> mute;

  @Option(names = "--unmute", paramLabel = "CONVERSATION", description = "may be repeated")
  private @Nullable List<String> unmute;

  boolean isEmpty() {
    return addresses == null && site.isEmpty() && preferences().isEmpty() && !mutes();
  }

  /// What is given and nothing else, as the API takes it. Reads what the user has muted so far.
  ///
  /// @throws dev.reveille.cli.terminal.Failure when an option is malformed
  ObjectNode body(final Api api, final String user) {
    final ObjectNode body = Json.object();
    if (addresses != null) {
      body.set("addresses", Json.array(addresses));
    }
    if (!site.isEmpty()) {
      body.put("site", site);
    }
    final ObjectNode preferences = preferences();
    if (mutes()) {
      preferences.set("muted", muted(api, user));
    }
    if (!preferences.isEmpty()) {
      body.set("preferences", preferences);
    }
    return body;
  }

  private boolean mutes() {
    return mute != null || unmute != null;
  }

  private ObjectNode preferences() {
    final ObjectNode preferences = Json.object();
    if (!spread.isEmpty()) {
      preferences.put("spread", spread);
    }
    if (!idle.isEmpty()) {
      preferences.put("idle", Arguments.duration(idle));
    }
    switch (quiet) {
      case "" -> {}
      case "off" -> preferences.putNull("doNotDisturbUntil");
      default -> preferences.put("doNotDisturbUntil", quiet);
    }
    return preferences;
  }

  private JsonNode muted(final Api api, final String user) {
    final var muted =
        new TreeSet<>(Json.texts(api.get(at("users", user)).path("preferences").path("muted")));
    muted.addAll(Arguments.list(mute));
    Arguments.list(unmute).forEach(muted::remove);
    return Json.array(muted);
  }
}
