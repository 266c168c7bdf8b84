package dev.reveille.protocols.answers;

import static java.util.Map.entry;

import dev.reveille.model.Reason;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/// The HTTP status of each reason (RFC 9110 §15), the same in every API.
public final class Statuses {
  /// Reasons that are no answer to a request have 500: answering with one is a defect.
  private static final Map<Integer, Set<Reason>> REASONS =
      Map.ofEntries(
          entry(
              400,
              EnumSet.of(
                  Reason.MALFORMED,
                  Reason.UNKNOWN_FIELD,
                  Reason.PUSH_HOST_NOT_ALLOWED,
                  Reason.GAP,
                  Reason.HELLO_MISSING)),
          entry(
              401,
              EnumSet.of(
                  Reason.NO_KEY,
                  Reason.DEVICE_UNKNOWN,
                  Reason.TOKEN_ROTATED,
                  Reason.TICKET_INVALID,
                  Reason.SIGNED_OUT)),
          entry(
              403,
              EnumSet.of(
                  Reason.NOT_ALLOWED,
                  Reason.ORGANISATIONS_NOT_YOURS,
                  Reason.NOT_RUNG,
                  Reason.CODE_INVALID,
                  Reason.PROOF_INVALID,
                  Reason.ORIGIN_NOT_ALLOWED,
                  Reason.PARTNER_NOT_ALLOWED)),
          entry(404, EnumSet.of(Reason.NOT_FOUND, Reason.CALL_UNKNOWN, Reason.HANDLE_UNKNOWN)),
          entry(405, EnumSet.of(Reason.METHOD_NOT_ALLOWED)),
          entry(408, EnumSet.of(Reason.TOO_SLOW)),
          entry(
              409,
              EnumSet.of(
                  Reason.OTHER_BODY,
                  Reason.EXISTS,
                  Reason.ALREADY_SO,
                  Reason.STILL_USED,
                  Reason.ORGANISATION_STAYS,
                  Reason.HUB_POLICY_STAYS,
                  Reason.ORGANISATION_NAME_RESTS,
                  Reason.CALL_OVER,
                  Reason.CALL_KNOWN,
                  Reason.TOKEN_TAKEN,
                  Reason.TOO_MANY_DEVICES,
                  Reason.REPLACED,
                  Reason.LIVE_CLOSED,
                  Reason.LIVE_BEHIND,
                  Reason.NO_PONG,
                  Reason.PUSH_SWITCHED_OFF,
                  Reason.NO_PUSH_ADDRESS,
                  Reason.NO_VOIP_ADDRESS,
                  Reason.NO_MESSAGE_ADDRESS,
                  Reason.NO_BUNDLE_ID,
                  Reason.NOT_CONFIGURED,
                  Reason.SERVICE_NOT_BUILT_IN)),
          entry(410, EnumSet.of(Reason.HANDLE_OVER)),
          entry(412, EnumSet.of(Reason.CHANGED_MEANWHILE)),
          entry(413, EnumSet.of(Reason.TOO_LARGE)),
          entry(
              422,
              EnumSet.of(
                  Reason.CERTIFICATE_UNFIT,
                  Reason.UNKNOWN_USER,
                  Reason.LIFE_OVER,
                  Reason.SERVICE_WITHOUT_SENDER,
                  Reason.ADDRESS_FORBIDDEN,
                  Reason.HUB_NAME_RESERVED)),
          entry(
              429,
              EnumSet.of(
                  Reason.BACKLOG_FULL,
                  Reason.SCHEDULED_FULL,
                  Reason.TOO_MANY_HANDLES,
                  Reason.RATE_LIMITED,
                  Reason.TOO_MANY_EARLY_ENDS)),
          entry(501, EnumSet.of(Reason.HTTP_NOT_SPOKEN)),
          entry(
              503,
              EnumSet.of(
                  Reason.DISK_LOW, Reason.STORE_FAILED, Reason.SHUTTING_DOWN, Reason.SERVER_BUSY)),
          entry(
              500,
              EnumSet.of(
                  Reason.INTERNAL,
                  Reason.HUB_REFUSES_KEY,
                  Reason.HUB_NOT_LINKED,
                  Reason.HUB_CARRIES_CALLS,
                  Reason.HANDLE_GONE,
                  Reason.CLEARING_HOUSE_URI,
                  Reason.FEDERATION_REFUSED,
                  Reason.CLEARING_HOUSE_REFUSED,
                  Reason.PUSH_FILTERED,
                  Reason.HANDED_TO_PLATFORM,
                  Reason.TOKEN_RETIRED,
                  Reason.TOKEN_KEPT_NEWER,
                  Reason.TOKEN_BAD,
                  Reason.DOUBTED_TOO_LONG,
                  Reason.LINE_TOO_LONG,
                  Reason.GIVEN_UP_AT_START,
                  Reason.TRIED_OFTEN_ENOUGH,
                  Reason.RELAY_HAS_IT,
                  Reason.NO_REPORT,
                  Reason.BROWSER_ACKNOWLEDGED,
                  Reason.BROWSER_NEVER_GOT_IT,
                  Reason.TEMPLATE_UNFIT,
                  Reason.TOKEN_WRONG_TOPIC,
                  Reason.BAD_REQUEST,
                  Reason.TOPIC_REFUSED,
                  Reason.CREDENTIALS_REFUSED,
                  Reason.CREDENTIALS_EXPIRED,
                  Reason.PAYLOAD_TOO_LARGE,
                  Reason.DEVICE_THROTTLED,
                  Reason.SERVICE_THROTTLED,
                  Reason.SERVICE_UNAVAILABLE,
                  Reason.SERVICE_UNREACHABLE,
                  Reason.NO_ANSWER,
                  Reason.SERVICE_BUSY,
                  Reason.TOKEN_WRONG_SENDER,
                  Reason.THIRD_PARTY_REFUSED,
                  Reason.STOPPED_WHILE_SENDING,
                  Reason.TOKEN_NOT_USABLE,
                  Reason.NOT_SHOWN,
                  Reason.SILENT_WEB_PUSH,
                  Reason.REDIRECTED,
                  Reason.FOLDED,
                  Reason.BACKGROUND_HELD,
                  Reason.REGISTERED_DURING_RING,
                  Reason.SEND_TO_ADDRESS,
                  Reason.SEND_SCHEDULED,
                  Reason.SEND_CANCELLED,
                  Reason.HELD_PING,
                  Reason.FOREGROUND_CALL,
                  Reason.FOREGROUND_MESSAGE,
                  Reason.SUSPENDED_CALL,
                  Reason.SUSPENDED_MESSAGE,
                  Reason.LIVE_BUT_SUSPENDED,
                  Reason.WITHDRAW,
                  Reason.CALLER_SHOWN_AS_ALERT,
                  Reason.MISSED_ALERT_TELLS,
                  Reason.TOO_LATE_TO_ALERT,
                  Reason.PUSH_NOT_NEEDED,
                  Reason.DO_NOT_DISTURB,
                  Reason.CONVERSATION_MUTED,
                  Reason.OTHER_DEVICE_IN_USE,
                  Reason.NO_DEVICES,
                  Reason.ANSWERED_HERE,
                  Reason.NEVER_RANG_HERE,
                  Reason.ALREADY_READ,
                  Reason.QUIET_HOURS,
                  Reason.TOO_MANY_RINGS,
                  Reason.WAITING_AFTER_RESTART,
                  Reason.LIVE_NOT_ACKNOWLEDGED,
                  Reason.LIVE_ACKNOWLEDGED,
                  Reason.ENDED_BEFORE_IT_BEGAN,
                  Reason.DECLINED_HERE)));

  private static final Map<Reason, Integer> STATUSES = byReason();

  private Statuses() {}

  public static int of(final Reason why) {
    return STATUSES.getOrDefault(why, 500);
  }

  /// Whether a reason stands in exactly one row of the table.
  static boolean isListed(final Reason why) {
    return REASONS.values().stream().filter(row -> row.contains(why)).count() == 1;
  }

  private static Map<Reason, Integer> byReason() {
    final Map<Reason, Integer> all = new EnumMap<>(Reason.class);
    REASONS.forEach((status, reasons) -> reasons.forEach(why -> all.put(why, status)));
    return all;
  }
}
