package dev.reveille.simulators.microsoft;

import dev.reveille.simulators.microsoft.WindowsChannel.Reach;
import dev.reveille.simulators.microsoft.WindowsChannel.Service;
import dev.reveille.simulators.microsoft.WindowsChannel.State;
import dev.reveille.simulators.microsoft.WindowsChannels.Handling;
import dev.reveille.simulators.service.ServiceAnswer;
import dev.reveille.simulators.service.ServiceCall;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// Decides how MPNS answers a push: `POST /throttledthirdparty/01.00/ID` of any sender, and
/// `/unthrottledthirdparty/01.00/ID` of a sender with its certificate.
final class MpnsCalls {
  private static final Pattern PATH =
      Pattern.compile("/(un)?throttledthirdparty/01\\.00/([A-Za-z0-9_=-]+)");
  private static final Pattern UUID =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
  private static final int LARGEST = 3 * 1024;
  private static final int LARGEST_RAW = 1024;
  private static final int LARGEST_HEADERS = 1024;
  private static final int AROUND_HEADER = 4; // ": " and the end of the line
  private static final Duration LIFE = Duration.ofDays(1);
  private static final Map<String, Set<String>> CLASSES =
      Map.of(
          "tile", Set.of("1", "11", "21"),
          "toast", Set.of("2", "12", "22"),
          "raw", Set.of("3", "13", "23"));

  private final MicrosoftOptions options;
  private final WindowsChannels channels;
  private final Map<String, X509Certificate> certificates = new ConcurrentHashMap<>();

  MpnsCalls(final MicrosoftOptions options, final WindowsChannels channels) {
    this.options = options;
    this.channels = channels;
  }

  static boolean isPath(final String path) {
    return path.contains("throttledthirdparty/");
  }

  static String tokenOf(final ServiceCall call) {
    final var match = PATH.matcher(call.path());
    return match.matches() ? match.group(2) : "";
  }

  /// A certificate that a developer registered under this name.
  void register(final String name, final X509Certificate certificate) {
    certificates.put(name, certificate);
  }

  ServiceAnswer answer(final ServiceCall call) {
    return answer(call, options.quick() ? MpnsReason.RECEIVED : judge(call));
  }

  private MpnsReason judge(final ServiceCall call) {
    if (!call.method().equals("POST")) {
      return MpnsReason.METHOD_NOT_ALLOWED;
    }
    final var path = PATH.matcher(call.path());
    if (!path.matches()) {
      return MpnsReason.BAD_REQUEST;
    }
    final boolean trusted = path.group(1) != null;
    final var channel =
        channels
            .channel(path.group(2), Service.MPNS)
            .filter(one -> one.owner().isEmpty() != trusted)
            .filter(one -> one.state() == State.ACTIVE);
    if (channel.isEmpty()) {
      return MpnsReason.EXPIRED;
    }
    if (trusted) {
      final var known = certificates.get(channel.get().owner());
      if (known == null || !call.certificate().equals(Optional.of(known))) {
        return MpnsReason.UNAUTHORIZED;
      }
    }
    if (!isWellMade(call)) {
      return MpnsReason.BAD_REQUEST;
    }
    final String token = channel.get().token();
    if (!trusted && !channels.countToday(token)) {
      return MpnsReason.THROTTLED;
    }
    if (channels.reach(token) == Reach.INACTIVE) {
      return MpnsReason.INACTIVE;
    }
    return switch (channels.foresee(token, handling(call))) {
      case DELIVERED, KEPT -> MpnsReason.RECEIVED;
      case FULL -> MpnsReason.QUEUE_FULL;
      case DROPPED -> MpnsReason.SUPPRESSED;
    };
  }

  private static boolean isWellMade(final ServiceCall call) {
    final String type = type(call);
    final String messageId = call.header("X-MessageID");
    final String batching = call.header("X-NotificationClass");
    int headers = 0;
    for (final var line : call.headers()) {
      headers += line.name().length() + line.value().length() + AROUND_HEADER;
    }
    if (type.isEmpty()
        || headers > LARGEST_HEADERS
        || call.size() > (type.equals("raw") ? LARGEST_RAW : LARGEST)
        || !messageId.isEmpty() && !UUID.matcher(messageId).matches()
        || !batching.isEmpty() && !CLASSES.getOrDefault(type, Set.of()).contains(batching)) {
      return false;
    }
    final String content = call.header("Content-Type").split(";", 2)[0].strip();
    return type.equals("raw")
        || content.equalsIgnoreCase("text/xml") && NotificationXml.isForPhone(type, call.body());
  }

  /// "" when there is a target that MPNS does not know.
  private static String type(final ServiceCall call) {
    return switch (call.header("X-WindowsPhone-Target")) {
      case "" -> "raw";
      case "toast" -> "toast";
      case "token" -> "tile";
      default -> "";
    };
  }

  static Handling handling(final ServiceCall call) {
    return new Handling(type(call), "", true, LIFE);
  }

  // ---- answers ----

  ServiceAnswer ordered(
      final ServiceCall call, final int status, final String word, final int wait) {
    for (final var known : MpnsReason.values()) {
      if (known.name().equals(word) && known.status() == status) {
        return answer(call, known).after(wait);
      }
    }
    return ServiceAnswer.of(status, word).after(wait);
  }

  private ServiceAnswer answer(final ServiceCall call, final MpnsReason reason) {
    var answer = ServiceAnswer.of(reason.status(), reason.name());
    if (call.has("X-MessageID")) {
      answer = answer.with("X-MessageID", call.header("X-MessageID"));
    }
    if (reason == MpnsReason.METHOD_NOT_ALLOWED) {
      return answer.with("Allow", "POST");
    }
    if (reason.notification().isEmpty()) {
      return answer;
    }
    answer =
        answer
            .with("X-NotificationStatus", reason.notification())
            .with(
                "X-DeviceConnectionStatus",
                word(
                    reason == MpnsReason.INACTIVE
                        ? Reach.INACTIVE
                        : channels.reach(tokenOf(call))));
    return reason.subscription().isEmpty()
        ? answer
        : answer.with("X-SubscriptionStatus", reason.subscription());
  }

  private static String word(final Reach reach) {
    return switch (reach) {
      case CONNECTED, AS_IT_IS -> "Connected";
      case TEMP_DISCONNECTED -> "TempDisconnected";
      case DISCONNECTED -> "Disconnected";
      case INACTIVE -> "InActive";
    };
  }
}
