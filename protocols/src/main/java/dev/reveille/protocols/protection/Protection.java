package dev.reveille.protocols.protection;

import dev.reveille.model.ConversationId;
import dev.reveille.model.Folded;
import dev.reveille.model.Preferences;
import dev.reveille.model.Preferences.RingLimit;
import dev.reveille.model.Reason;
import dev.reveille.model.TimeScale;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Reads and writes a user's protection (when and by whom the user is not alerted) as JSON.
///
/// ```json
/// {"doNotDisturb": true, "doNotDisturbUntil": "2026-11-21T18:00:00Z",
///  "quietHours": {"zone": "Europe/Berlin",
///                 "periods": [{"days": ["mon", "tue"], "from": "22:00", "to": "07:00"}]},
///  "muted": [{"conversation": "team", "until": "2026-11-22T08:00:00Z"}],
///  "ringLimit": {"rings": 3, "window": "PT15M"},
///  "letThrough": ["sip:boss@acme.example"],
///  "now": {"silent": true, "code": "RV-316", "why": "…", "until": "2026-11-21T18:00:00Z"}}
/// ```
///
/// A field that is absent stays as it was, `null` clears it. `now` is an answer; what is sent of it
/// is not looked at, so that an answer can be sent back.
public final class Protection {
  public static final int MOST_MUTED = 1_000;
  private static final int MOST_LET_THROUGH = 100;
  private static final int LONGEST_ADDRESS = 256;
  private static final String[] FIELDS = {
    "doNotDisturb", "doNotDisturbUntil", "quietHours", "muted", "ringLimit", "letThrough", "now"
  };

  private Protection() {}

  // ---- reading --------------------------------------------------------------------------------

  /// What the body says, and for the rest what was there before.
  ///
  /// @throws Refusal when it says something that cannot be
  public static Preferences patched(final byte[] body, final Preferences before) {
    return read(JsonBody.of(body, FIELDS), before);
  }

  /// What the body says, and nothing else.
  public static Preferences replaced(final byte[] body, final Preferences before) {
    return read(JsonBody.of(body, FIELDS), Preferences.DEFAULT.withSpread(before.spread()));
  }

  private static Preferences read(final JsonBody body, final Preferences before) {
    return before
        .withDoNotDisturb(doNotDisturb(body, before))
        .withQuietHours(
            body.clears("quietHours")
                ? Optional.empty()
                : body.object("quietHours", "zone", "periods")
                    .map(QuietHoursJson::read)
                    .or(before::quietHours))
        .withMuted(
            body.clears("muted")
                ? Map.of()
                : body.objects("muted", "conversation", "until")
                    .map(Protection::muted)
                    .orElse(before.muted()))
        .withRingLimit(
            body.clears("ringLimit")
                ? Optional.empty()
                : body.object("ringLimit", "rings", "window")
                    .map(Protection::ringLimit)
                    .or(before::ringLimit))
        .withLetThrough(
            body.clears("letThrough")
                ? Set.of()
                : body.texts("letThrough").map(Protection::letThrough).orElse(before.letThrough()));
  }

  /// Until when, from `doNotDisturb` and `doNotDisturbUntil`.
  public static Instant doNotDisturb(final JsonBody body, final Preferences before) {
    final var until = body.moment("doNotDisturbUntil");
    final var on = body.flag("doNotDisturb");
    if (on.isPresent()) {
      return on.get() ? until.orElse(Instant.MAX) : Instant.MIN;
    }
    return body.clears("doNotDisturb") || body.clears("doNotDisturbUntil")
        ? Instant.MIN
        : until.orElse(before.doNotDisturbUntil());
  }

  private static Map<ConversationId, Instant> muted(final List<JsonBody> items) {
    if (items.size() > MOST_MUTED) {
      throw Refusal.malformed(
          "muted", "must name at most " + MOST_MUTED + " conversations, not " + items.size());
    }
    final var muted = new HashMap<ConversationId, Instant>();
    for (final var item : items) {
      muted.put(
          checked("muted", () -> new ConversationId(item.required("conversation"))),
          item.moment("until").orElse(Instant.MAX));
    }
    return muted;
  }

  private static RingLimit ringLimit(final JsonBody body) {
    final int rings =
        body.number("rings", 1, RingLimit.MOST_RINGS)
            .orElseThrow(() -> Refusal.malformed("ringLimit.rings", "is missing"));
    final var window = body.duration("window").orElse(Duration.ofMinutes(15));
    return checked("ringLimit", () -> new RingLimit(rings, window));
  }

  private static Set<String> letThrough(final List<String> addresses) {
    if (addresses.size() > MOST_LET_THROUGH) {
      throw Refusal.malformed(
          "letThrough",
          "must name at most " + MOST_LET_THROUGH + " callers, not " + addresses.size());
    }
    final var callers = new HashSet<String>();
    final var seen = new HashSet<String>();
    for (int i = 0; i < addresses.size(); i++) {
      final var address = addresses.get(i);
      if (address.isBlank()
          || address.length() > LONGEST_ADDRESS
          || address.chars().anyMatch(Character::isISOControl)) {
        throw Refusal.malformed(
            "letThrough[" + i + "]",
            "must have 1 to " + LONGEST_ADDRESS + " characters, none of them control characters");
      }
      if (seen.add(Folded.of(address))) {
        callers.add(address);
      }
    }
    return callers;
  }

  /// Mutes one conversation, until the body's `until` or for its `for`; for good without either.
  public static Preferences mute(
      final Preferences before, final String conversation, final byte[] body, final Instant now) {
    final var request =
        body.length == 0 ? JsonBody.of(new byte[] {'{', '}'}) : JsonBody.of(body, "until", "for");
    if (request.has("until") && request.has("for")) {
      throw Refusal.malformed("for", "goes without until");
    }
    final var until =
        request
            .duration("for")
            .map(TimeScale::divide)
            .map(now::plus)
            .or(() -> request.moment("until"));
    final var muted = new HashMap<>(before.muted());
    muted.values().removeIf(over -> !now.isBefore(over));
    muted.put(checked("", () -> new ConversationId(conversation)), until.orElse(Instant.MAX));
    if (muted.size() > MOST_MUTED) {
      throw Refusal.malformed("muted", "at most " + MOST_MUTED + " conversations can be muted");
    }
    return before.withMuted(muted);
  }

  public static Preferences unmute(final Preferences before, final String conversation) {
    final var muted = new HashMap<>(before.muted());
    muted.remove(checked("", () -> new ConversationId(conversation)));
    return before.withMuted(muted);
  }

  static <T> T checked(final String field, final Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw Refusal.malformed(field, String.valueOf(e.getMessage()));
    }
  }

  // ---- writing --------------------------------------------------------------------------------

  public static byte[] written(final Preferences preferences, final Instant now) {
    return JsonOut.answer(out -> write(out, preferences, now));
  }

  public static void write(final JsonOut out, final Preferences preferences, final Instant now) {
    final var until = preferences.doNotDisturbUntil();
    out.flag("doNotDisturb", now.isBefore(until));
    if (now.isBefore(until) && !until.equals(Instant.MAX)) {
      out.moment("doNotDisturbUntil", until);
    }
    preferences.quietHours().ifPresent(quiet -> QuietHoursJson.write(out, quiet));
    out.objects(
        "muted",
        preferences.muted().entrySet().stream()
            .filter(muted -> now.isBefore(muted.getValue()))
            .sorted(Comparator.comparing(muted -> muted.getKey().value()))
            .toList(),
        (line, muted) -> {
          line.text("conversation", muted.getKey().value());
          if (!muted.getValue().equals(Instant.MAX)) {
            line.moment("until", muted.getValue());
          }
        });
    preferences
        .ringLimit()
        .ifPresent(limit ->
            out.object(
                "ringLimit",
                fields ->
                    fields
                        .number("rings", limit.rings())
                        .text("window", limit.window().toString())));
    out.texts("letThrough", preferences.letThrough().stream().sorted().toList());
    out.object("now", fields -> writeNow(fields, preferences, now));
  }

  private static void writeNow(
      final JsonOut out, final Preferences preferences, final Instant now) {
    final var silence = preferences.silence(now);
    out.flag("silent", silence.isPresent());
    silence.ifPresent(why -> {
      out.text("code", why.code()).text("why", why.sentence());
      final var until = until(preferences, why, now);
      if (!until.equals(Instant.MAX)) {
        out.moment("until", until);
      }
    });
  }

  private static Instant until(final Preferences preferences, final Reason why, final Instant now) {
    return why == Reason.DO_NOT_DISTURB
        ? preferences.doNotDisturbUntil()
        : preferences.quietHours().map(quiet -> quiet.span(now).until()).orElse(now);
  }
}
