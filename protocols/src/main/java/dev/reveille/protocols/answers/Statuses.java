package dev.reveille.protocols.answers;

import dev.reveille.model.Reason;

/// The HTTP status of each reason (RFC 9110 §15), the same in every API.
public final class Statuses {
  private Statuses() {}

  /// Reasons that are no answer to a request give 500: answering with one is a defect.
  public static int of(final Reason why) {
    return switch (why) {
      case MALFORMED, UNKNOWN_FIELD, PUSH_HOST_NOT_ALLOWED, GAP, HELLO_MISSING -> 400;
      case NO_KEY, DEVICE_UNKNOWN, TOKEN_ROTATED, TICKET_INVALID, SIGNED_OUT -> 401;
      case NOT_ALLOWED,
          ORGANISATIONS_NOT_YOURS,
          NOT_RUNG,
          CODE_INVALID,
          PROOF_INVALID,
          ORIGIN_NOT_ALLOWED ->
          403;
      case NOT_FOUND, CALL_UNKNOWN -> 404;
      case METHOD_NOT_ALLOWED -> 405;
      case TOO_SLOW -> 408;
      case OTHER_BODY,
          EXISTS,
          STILL_USED,
          ORGANISATION_STAYS,
          HUB_POLICY_STAYS,
          ORGANISATION_NAME_RESTS,
          CALL_OVER,
          CALL_KNOWN,
          TOKEN_TAKEN,
          TOO_MANY_DEVICES,
          REPLACED,
          LIVE_CLOSED,
          LIVE_BEHIND,
          NO_PONG,
          PUSH_SWITCHED_OFF,
          NO_PUSH_ADDRESS,
          NO_VOIP_ADDRESS,
          NO_MESSAGE_ADDRESS,
          NO_BUNDLE_ID,
          NOT_CONFIGURED,
          SERVICE_NOT_BUILT_IN ->
          409;
      case CHANGED_MEANWHILE -> 412;
      case TOO_LARGE -> 413;
      case CERTIFICATE_UNFIT,
          UNKNOWN_USER,
          LIFE_OVER,
          SERVICE_WITHOUT_SENDER,
          ADDRESS_FORBIDDEN,
          HUB_NAME_RESERVED ->
          422;
      case BACKLOG_FULL, SCHEDULED_FULL, RATE_LIMITED, TOO_MANY_EARLY_ENDS -> 429;
      case HTTP_NOT_SPOKEN -> 501;
      case DISK_LOW, STORE_FAILED, SHUTTING_DOWN, SERVER_BUSY -> 503;
      case INTERNAL,
          HANDED_TO_PLATFORM,
          TOKEN_RETIRED,
          TOKEN_KEPT_NEWER,
          TOKEN_BAD,
          DOUBTED_TOO_LONG,
          LINE_TOO_LONG,
          GIVEN_UP_AT_START,
          TRIED_OFTEN_ENOUGH,
          RELAY_HAS_IT,
          NO_REPORT,
          BROWSER_ACKNOWLEDGED,
          BROWSER_NEVER_GOT_IT,
          TEMPLATE_UNFIT,
          HUB_REFUSES_KEY,
          HUB_NOT_LINKED,
          HUB_CARRIES_CALLS,
          TOKEN_WRONG_TOPIC,
          BAD_REQUEST,
          TOPIC_REFUSED,
          CREDENTIALS_REFUSED,
          CREDENTIALS_EXPIRED,
          PAYLOAD_TOO_LARGE,
          DEVICE_THROTTLED,
          SERVICE_THROTTLED,
          SERVICE_UNAVAILABLE,
          SERVICE_UNREACHABLE,
          NO_ANSWER,
          SERVICE_BUSY,
          TOKEN_WRONG_SENDER,
          THIRD_PARTY_REFUSED,
          STOPPED_WHILE_SENDING,
          TOKEN_NOT_USABLE,
          NOT_SHOWN,
          SILENT_WEB_PUSH,
          REDIRECTED,
          FOLDED,
          BACKGROUND_HELD,
          REGISTERED_DURING_RING,
          SEND_TO_ADDRESS,
          SEND_SCHEDULED,
          SEND_CANCELLED,
          HELD_PING,
          FOREGROUND_CALL,
          FOREGROUND_MESSAGE,
          SUSPENDED_CALL,
          SUSPENDED_MESSAGE,
          LIVE_BUT_SUSPENDED,
          WITHDRAW,
          CALLER_SHOWN_AS_ALERT,
          MISSED_ALERT_TELLS,
          TOO_LATE_TO_ALERT,
          PUSH_NOT_NEEDED,
          DO_NOT_DISTURB,
          CONVERSATION_MUTED,
          OTHER_DEVICE_IN_USE,
          NO_DEVICES,
          ANSWERED_HERE,
          NEVER_RANG_HERE,
          ALREADY_READ,
          QUIET_HOURS,
          TOO_MANY_RINGS,
          WAITING_AFTER_RESTART,
          LIVE_NOT_ACKNOWLEDGED,
          LIVE_ACKNOWLEDGED,
          ENDED_BEFORE_IT_BEGAN,
          DECLINED_HERE ->
          500;
    };
  }
}
