package dev.reveille.push.apns;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// The meaning of Apple's answers, as a table: status, reason, what to do.
final class ApnsAnswers {
  /// What an answer asks of us.
  enum Action {
    /// Taken; no proof that the phone shows it.
    ACCEPTED,
    /// We built a bad request.
    FIX_REQUEST,
    /// Topic or key's topics are wrong.
    FIX_TOPIC,
    /// Not a token, or one of the other environment, which is asked then.
    BAD_TOKEN,
    /// A token of another app, or an alert token with the voip topic.
    WRONG_TOPIC_TOKEN,
    /// The address is gone since the answer's timestamp.
    DEAD_TOKEN,
    /// The connection is closing: once more on another.
    RECONNECT,
    /// Our provider token is stale: sign a new one if that is allowed, once more.
    SIGN_AGAIN,
    /// Too many new provider tokens: back to the one before.
    KEEP_TOKEN,
    /// Key, team or environment are wrong: the operator has to act.
    FIX_CREDENTIALS,
    /// Refused with a word that we do not know: it may concern this push only.
    FIX_SOMETHING,
    /// As before, and the connections are bound to the wrong key.
    FIX_CREDENTIALS_AND_RECONNECT,
    /// Too large: shrink and send once more.
    SHRINK,
    /// Too many pushes to this device.
    SLOW_DOWN,
    /// Their fault; later.
    BACK_OFF
  }

  private static final Object[][] TABLE = {
    {400, "BadCollapseId", Action.FIX_REQUEST},
    {400, "BadExpirationDate", Action.FIX_REQUEST},
    {400, "BadMessageId", Action.FIX_REQUEST},
    {400, "BadPriority", Action.FIX_REQUEST},
    {400, "DuplicateHeaders", Action.FIX_REQUEST},
    {400, "InvalidPushType", Action.FIX_REQUEST},
    {400, "MissingDeviceToken", Action.FIX_REQUEST},
    {400, "PayloadEmpty", Action.FIX_REQUEST},
    {400, "BadTopic", Action.FIX_TOPIC},
    {400, "MissingTopic", Action.FIX_TOPIC},
    {400, "TopicDisallowed", Action.FIX_TOPIC},
    {400, "BadDeviceToken", Action.BAD_TOKEN},
    {400, "DeviceTokenNotForTopic", Action.WRONG_TOPIC_TOKEN},
    {400, "IdleTimeout", Action.RECONNECT},
    {403, "ExpiredProviderToken", Action.SIGN_AGAIN},
    {403, "InvalidProviderToken", Action.FIX_CREDENTIALS},
    {403, "MissingProviderToken", Action.FIX_CREDENTIALS},
    {403, "BadEnvironmentKeyIdInToken", Action.FIX_CREDENTIALS},
    // the live service leaves out "Id"
    {403, "BadEnvironmentKeyInToken", Action.FIX_CREDENTIALS},
    {403, "BadCertificate", Action.FIX_CREDENTIALS},
    {403, "BadCertificateEnvironment", Action.FIX_CREDENTIALS},
    {403, "Forbidden", Action.FIX_CREDENTIALS},
    {403, "UnrelatedKeyIdInToken", Action.FIX_CREDENTIALS_AND_RECONNECT},
    {404, "BadPath", Action.FIX_REQUEST},
    {405, "MethodNotAllowed", Action.FIX_REQUEST},
    {410, "Unregistered", Action.DEAD_TOKEN},
    {410, "ExpiredToken", Action.DEAD_TOKEN},
    {413, "PayloadTooLarge", Action.SHRINK},
    {429, "TooManyRequests", Action.SLOW_DOWN},
    {429, "TooManyProviderTokenUpdates", Action.KEEP_TOKEN},
    {500, "InternalServerError", Action.BACK_OFF},
    {503, "ServiceUnavailable", Action.BACK_OFF},
    {503, "Shutdown", Action.RECONNECT},
  };

  private static final Map<String, Action> BY_WORD = new HashMap<>();

  static {
    for (final var row : TABLE) {
      BY_WORD.put(row[0] + " " + row[1], (Action) row[2]);
    }
  }

  private static final Pattern REASON =
      Pattern.compile("\"reason\"\\s*:\\s*\"([A-Za-z0-9]{1,64})\"");
  private static final Pattern TIMESTAMP = Pattern.compile("\"timestamp\"\\s*:\\s*(\\d{1,15})");

  private ApnsAnswers() {}

  /// By status and reason; a reason that is not in the table goes by its status.
  static Action action(final int status, final String reason) {
    if (status == 200) {
      return Action.ACCEPTED;
    }
    final var known = BY_WORD.get(status + " " + reason);
    if (known != null) {
      return known;
    }
    return switch (status) {
      case 403 -> Action.FIX_SOMETHING;
      case 410 -> Action.DEAD_TOKEN;
      case 413 -> Action.SHRINK;
      case 429 -> Action.SLOW_DOWN;
      default -> status >= 500 ? Action.BACK_OFF : Action.FIX_REQUEST;
    };
  }

  /// The reason in the answer's body, or "".
  static String reason(final String body) {
    final var found = REASON.matcher(body);
    return found.find() ? found.group(1) : "";
  }

  /// Since when a token is dead, in milliseconds.
  static OptionalLong timestamp(final String body) {
    final var found = TIMESTAMP.matcher(body);
    return found.find() ? OptionalLong.of(Long.parseLong(found.group(1))) : OptionalLong.empty();
  }
}
