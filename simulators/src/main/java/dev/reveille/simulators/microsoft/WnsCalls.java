package dev.reveille.simulators.microsoft;

import dev.reveille.simulators.microsoft.WindowsChannel.Reach;
import dev.reveille.simulators.microsoft.WindowsChannel.Service;
import dev.reveille.simulators.microsoft.WindowsChannels.Handling;
import dev.reveille.simulators.microsoft.WindowsChannels.Outcome;
import dev.reveille.simulators.service.Allowance;
import dev.reveille.simulators.service.ServiceAnswer;
import dev.reveille.simulators.service.ServiceCall;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/// Decides how WNS answers requests to a channel: `POST /?token=...` for a push, and `DELETE` of
/// the same to withdraw toasts.
final class WnsCalls {
  private static final Duration USUAL_LIFE = Duration.ofDays(3);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private record Verdict(WnsReason reason, String words, int retryAfter) {
    static Verdict of(final WnsReason reason) {
      return new Verdict(reason, reason.words(), 0);
    }
  }

  private final MicrosoftOptions options;
  private final MicrosoftTokens tokens;
  private final WindowsChannels channels;
  private final Map<String, Allowance> allowances = new ConcurrentHashMap<>();

  WnsCalls(
      final MicrosoftOptions options,
      final MicrosoftTokens tokens,
      final WindowsChannels channels) {
    this.options = options;
    this.tokens = tokens;
    this.channels = channels;
  }

  static String tokenOf(final ServiceCall call) {
    return call.query("token");
  }

  ServiceAnswer answer(final ServiceCall call) {
    if (options.quick()) {
      return answer(call, Verdict.of(WnsReason.RECEIVED));
    }
    return answer(call, judge(call));
  }

  private Verdict judge(final ServiceCall call) {
    final boolean deletes = call.method().equals("DELETE");
    if (!deletes && !call.method().equals("POST")) {
      return Verdict.of(WnsReason.METHOD_NOT_ALLOWED);
    }
    final var identity = tokens.bearer(call.header("Authorization"));
    if (identity.isEmpty()) {
      return Verdict.of(WnsReason.UNAUTHORIZED);
    }
    final var channel = channels.channel(tokenOf(call), Service.WNS);
    if (channel.isEmpty()) {
      return Verdict.of(WnsReason.NOT_FOUND);
    }
    if (channel.get().state() == WindowsChannel.State.EXPIRED
        || !options.clock().instant().isBefore(channel.get().until())) {
      return Verdict.of(WnsReason.GONE);
    }
    final String owner = channel.get().owner();
    if (!owner.isEmpty() && !owner.equals(identity.get().clientId())) {
      return Verdict.of(WnsReason.FORBIDDEN);
    }
    if (deletes) {
      return WnsRules.isMatch(call.header("X-WNS-Match"))
          ? Verdict.of(WnsReason.RECEIVED)
          : Verdict.of(WnsReason.BAD_HEADER);
    }
    final var problem = WnsRules.check(call, !identity.get().isOfStore());
    if (problem.isPresent()) {
      return new Verdict(problem.get().reason(), problem.get().words(), 0);
    }
    return room(call, identity.get()).orElseGet(() -> foresee(call));
  }

  private Optional<Verdict> room(final ServiceCall call, final MicrosoftIdentity identity) {
    final var limits = options.limits();
    final int wait = take("identity " + identity.clientId(), limits.identityPerMinute());
    if (wait > 0) {
      return Optional.of(new Verdict(WnsReason.THROTTLED, WnsReason.THROTTLED.words(), wait));
    }
    return take("channel " + tokenOf(call), limits.channelPerMinute()) > 0
        ? Optional.of(Verdict.of(WnsReason.CHANNEL_THROTTLED))
        : Optional.empty();
  }

  private int take(final String whose, final int most) {
    final var now = options.clock().instant();
    return allowances.computeIfAbsent(whose, _ -> new Allowance(most, MINUTE, now)).take(now);
  }

  private Verdict foresee(final ServiceCall call) {
    return channels.foresee(tokenOf(call), handling(call)) == Outcome.DROPPED
        ? Verdict.of(WnsReason.DROPPED)
        : Verdict.of(WnsReason.RECEIVED);
  }

  /// Toasts, tiles and badges wait for their device where the sender does not forbid it; raw pushes
  /// only where the sender asks for it.
  static Handling handling(final ServiceCall call) {
    final String type = WnsRules.type(call);
    final String policy = call.header("X-WNS-Cache-Policy");
    final boolean keeps =
        type.equals("raw")
            ? policy.equalsIgnoreCase("cache")
            : !policy.equalsIgnoreCase("no-cache");
    final String ttl = call.header("X-WNS-TTL");
    final var life = ttl.matches("\\d{1,9}") ? Duration.ofSeconds(Long.parseLong(ttl)) : USUAL_LIFE;
    final String tag = call.header("X-WNS-Tag");
    final String group = call.header("X-WNS-Group");
    final String slot =
        switch (type) {
          case "toast" -> tag.isEmpty() && group.isEmpty() ? "" : "toast:" + group + ":" + tag;
          case "tile" -> "tile:" + tag;
          default -> type;
        };
    return new Handling(type, slot, keeps, life);
  }

  /// Which waiting toasts a DELETE means.
  static boolean isMeant(final String match, final ArrivedNotification waiting) {
    final String tag = WnsRules.part(match, "tag");
    final String group = WnsRules.part(match, "group");
    return waiting.type().equals("toast")
        && (tag.isEmpty() || tag.equals(waiting.header("X-WNS-Tag")))
        && (group.isEmpty() || group.equals(waiting.header("X-WNS-Group")));
  }

  // ---- answers ----

  /// What a fault orders: a documented answer by its name, or any status.
  ServiceAnswer ordered(
      final ServiceCall call, final int status, final String word, final int wait) {
    for (final var known : WnsReason.values()) {
      if (known.name().equals(word) && known.status() == status) {
        return answer(call, new Verdict(known, known.words(), wait));
      }
    }
    final var plain = traced(ServiceAnswer.of(status, word)).after(wait);
    return word.isEmpty() ? plain : plain.with("X-WNS-Error-Description", word);
  }

  private ServiceAnswer answer(final ServiceCall call, final Verdict verdict) {
    final var reason = verdict.reason();
    var answer = traced(ServiceAnswer.of(reason.status(), reason.name()));
    if (!reason.notification().isEmpty()) {
      answer = answer.with("X-WNS-NotificationStatus", reason.notification());
    }
    if (reason.status() == 200 && call.header("X-WNS-RequestForStatus").equalsIgnoreCase("true")) {
      answer = answer.with("X-WNS-DeviceConnectionStatus", word(channels.reach(tokenOf(call))));
    }
    if (!verdict.words().isEmpty()) {
      answer = answer.with("X-WNS-Error-Description", verdict.words());
    }
    return switch (reason) {
      case UNAUTHORIZED -> answer.with("WWW-Authenticate", "Bearer");
      case METHOD_NOT_ALLOWED -> answer.with("Allow", "POST, DELETE");
      default -> answer.after(verdict.retryAfter());
    };
  }

  private static ServiceAnswer traced(final ServiceAnswer answer) {
    final var random = ThreadLocalRandom.current();
    return answer
        .with("X-WNS-Msg-ID", String.format("%016X", random.nextLong()))
        .with("X-WNS-Debug-Trace", "SIM1WNS" + random.nextInt(1_000_000, 10_000_000))
        .with("MS-CV", UUID.randomUUID().toString().replace("-", "").substring(0, 16) + ".0");
  }

  private static String word(final Reach reach) {
    return switch (reach) {
      case CONNECTED, AS_IT_IS -> "connected";
      case TEMP_DISCONNECTED -> "tempdisconnected";
      case DISCONNECTED, INACTIVE -> "disconnected";
    };
  }
}
