package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The command-line options of `users protect`: when a user is not to be alerted, and which callers
/// always may ring.
final class ProtectOptions {
  @Option(
      names = "--do-not-disturb",
      paramLabel = "UNTIL",
      description = "a moment (2026-03-01T18:00:00Z), a duration (2h), `on` or `off`")
  private String doNotDisturb = "";

  @Option(
      names = "--quiet-hours",
      paramLabel = "HOURS",
      description =
          "days and times such as \"mon-fri 22:00-07:00\"; may be repeated; replaces what"
              + " was there; `off` takes all away")
  private @Nullable List<String> quietHours;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "the time zone of the quiet hours (Europe/Berlin); this machine's own")
  private String zone = "";

  @Option(names = "--mute", paramLabel = "CONVERSATION", description = "may be repeated")
  private @Nullable List<String> mute;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      description = "how long what is muted stays so; for good when not given")
  private String muteFor = "";

  @Option(names = "--unmute", paramLabel = "CONVERSATION", description = "may be repeated")
  private @Nullable List<String> unmute;

  @Option(
      names = "--ring-limit",
      paramLabel = "N/WINDOW",
      description = "so many calls of one caller ring in that time (3/15m); or `off`")
  private String ringLimit = "";

  @Option(
      names = "--let-through",
      paramLabel = "ADDRESS",
      description = "a caller who always rings; may be repeated")
  private @Nullable List<String> letThrough;

  @Option(
      names = "--no-longer-let-through",
      paramLabel = "ADDRESS",
      description = "may be repeated")
  private @Nullable List<String> noLonger;

  /// Finds what is wrong with the options before the server is asked.
  ///
  /// @throws Failure when an option is malformed, or `--for` is given without `--mute`
  void check() {
    final var _ = change();
    final var _ = muting();
  }

  /// Sends the changes, each kind as a request of its own.
  ///
  /// @return the user's protection afterwards
  JsonNode apply(final Api api, final String user) {
    final ObjectNode change = change();
    if (letThrough != null || noLonger != null) {
      change.set("letThrough", exceptions(api, user));
    }
    if (!change.isEmpty()) {
      api.patch(at("users", user, "protection"), change);
    }
    for (final var conversation : Arguments.list(mute)) {
      api.put(at("users", user, "muted", conversation), muting());
    }
    for (final var conversation : Arguments.list(unmute)) {
      api.delete(at("users", user, "muted", conversation));
    }
    return api.get(at("users", user, "protection"));
  }

  private ObjectNode change() {
    final ObjectNode change = Json.object();
    ProtectionWords.doNotDisturb(change, doNotDisturb);
    ProtectionWords.quietHours(change, Arguments.list(quietHours), zone);
    ProtectionWords.ringLimit(change, ringLimit);
    return change;
  }

  private ObjectNode muting() {
    final ObjectNode until = Json.object();
    if (!muteFor.isEmpty()) {
      if (mute == null) {
        throw Failure.misuse("--for goes with --mute.", "See reveille help users protect.");
      }
      until.put("for", Arguments.duration(muteFor));
    }
    return until;
  }

  private JsonNode exceptions(final Api api, final String user) {
    final var all =
        new TreeSet<>(Json.texts(api.get(at("users", user, "protection")).path("letThrough")));
    all.addAll(Arguments.list(letThrough));
    for (final var address : Arguments.list(noLonger)) {
      all.removeIf(address::equalsIgnoreCase);
    }
    return Json.array(all);
  }
}
