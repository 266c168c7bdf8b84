package dev.reveille.model;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The reasons for everything that is expected to go otherwise than asked: each has a stable code,
/// one sentence for a human, one remedy. The trail, the command line, the REST answers and
/// `docs/reasons.md` all use these words, which stand in `reasons.txt` beside this class.
///
/// Families: 1xx handing in, 2xx push services, 3xx routing, 4xx devices and their keys, 5xx the
/// server itself, 6xx live channels, 7xx calls.
public enum Reason {
  MALFORMED(101),
  UNKNOWN_FIELD(102),
  TOO_LARGE(103),
  UNKNOWN_USER(104),
  OTHER_BODY(105),
  LIFE_OVER(106),
  NO_KEY(107),
  NOT_ALLOWED(108),
  NOT_FOUND(109),
  CHANGED_MEANWHILE(110),
  EXISTS(111),
  METHOD_NOT_ALLOWED(112),
  HTTP_NOT_SPOKEN(114),
  BACKLOG_FULL(120),
  SCHEDULED_FULL(127),
  DISK_LOW(121),
  STORE_FAILED(122),
  STILL_USED(113),
  RATE_LIMITED(123),
  SHUTTING_DOWN(124),
  TOO_SLOW(125),
  SERVER_BUSY(126),
  HUB_NAME_RESERVED(134),
  HUB_POLICY_STAYS(135),
  ORGANISATIONS_NOT_YOURS(140),
  ORGANISATION_STAYS(141),
  ORGANISATION_NAME_RESTS(142),
  SERVICE_WITHOUT_SENDER(143),
  ALREADY_SO(144),

  HANDED_TO_PLATFORM(200),
  TOKEN_RETIRED(203),
  TOKEN_KEPT_NEWER(204),
  TOKEN_BAD(205),
  TOKEN_WRONG_TOPIC(206),
  BAD_REQUEST(207),
  TOPIC_REFUSED(208),
  CREDENTIALS_REFUSED(209),
  CREDENTIALS_EXPIRED(210),
  PAYLOAD_TOO_LARGE(211),
  DEVICE_THROTTLED(212),
  SERVICE_THROTTLED(213),
  SERVICE_UNAVAILABLE(214),
  SERVICE_UNREACHABLE(215),
  NO_ANSWER(216),
  SERVICE_BUSY(217),
  NOT_CONFIGURED(218),
  SERVICE_NOT_BUILT_IN(219),
  TOKEN_WRONG_SENDER(220),
  THIRD_PARTY_REFUSED(221),
  PUSH_HOST_NOT_ALLOWED(222),
  NO_BUNDLE_ID(223),
  CERTIFICATE_UNFIT(236),
  STOPPED_WHILE_SENDING(224),
  DOUBTED_TOO_LONG(226),
  LINE_TOO_LONG(227),
  GIVEN_UP_AT_START(228),
  TRIED_OFTEN_ENOUGH(229),
  RELAY_HAS_IT(230),
  NO_REPORT(231),
  ADDRESS_FORBIDDEN(232),
  NOT_SHOWN(233),
  SILENT_WEB_PUSH(234),
  REDIRECTED(235),
  FOLDED(237),
  BACKGROUND_HELD(238),
  BROWSER_ACKNOWLEDGED(239),
  BROWSER_NEVER_GOT_IT(240),
  TEMPLATE_UNFIT(241),
  HUB_REFUSES_KEY(242),
  HUB_NOT_LINKED(243),
  HUB_CARRIES_CALLS(244),
  HANDLE_GONE(245),
  CLEARING_HOUSE_URI(246),
  FEDERATION_REFUSED(247),
  CLEARING_HOUSE_REFUSED(248),
  PUSH_FILTERED(249),
  TOKEN_NOT_USABLE(225),

  FOREGROUND_CALL(300),
  FOREGROUND_MESSAGE(301),
  SUSPENDED_CALL(302),
  SUSPENDED_MESSAGE(303),
  LIVE_BUT_SUSPENDED(304),
  WITHDRAW(305),
  CALLER_SHOWN_AS_ALERT(306),
  MISSED_ALERT_TELLS(307),
  TOO_LATE_TO_ALERT(310),
  PUSH_SWITCHED_OFF(311),
  NO_PUSH_ADDRESS(312),
  NO_VOIP_ADDRESS(313),
  NO_MESSAGE_ADDRESS(314),
  PUSH_NOT_NEEDED(315),
  DO_NOT_DISTURB(316),
  CONVERSATION_MUTED(317),
  OTHER_DEVICE_IN_USE(318),
  NO_DEVICES(319),
  SIGNED_OUT(320),
  ANSWERED_HERE(322),
  NEVER_RANG_HERE(323),
  ALREADY_READ(324),
  QUIET_HOURS(325),
  TOO_MANY_RINGS(326),
  REGISTERED_DURING_RING(327),
  SEND_TO_ADDRESS(328),
  SEND_SCHEDULED(329),
  SEND_CANCELLED(330),
  HELD_PING(331),

  TOKEN_TAKEN(401),
  CODE_INVALID(402),
  PROOF_INVALID(403),
  DEVICE_UNKNOWN(404),
  TOKEN_ROTATED(405),
  TOO_MANY_DEVICES(406),
  TICKET_INVALID(407),
  ORIGIN_NOT_ALLOWED(408),
  PARTNER_NOT_ALLOWED(409),
  TOO_MANY_HANDLES(410),
  HANDLE_UNKNOWN(411),
  HANDLE_OVER(412),

  WAITING_AFTER_RESTART(501),
  INTERNAL(599),

  LIVE_NOT_ACKNOWLEDGED(601),
  LIVE_CLOSED(602),
  LIVE_BEHIND(603),
  LIVE_ACKNOWLEDGED(604),
  GAP(605),
  HELLO_MISSING(606),
  REPLACED(607),
  NO_PONG(608),

  CALL_OVER(701),
  CALL_UNKNOWN(702),
  CALL_KNOWN(705),
  ENDED_BEFORE_IT_BEGAN(706),
  TOO_MANY_EARLY_ENDS(707),
  DECLINED_HERE(704),
  NOT_RUNG(703);

  private final String code;
  private final String sentence;
  private final String remedy;

  private static final Map<String, Reason> BY_CODE =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Reason::code, it -> it));

  Reason(final int number) {
    this.code = "RV-" + number;
    final var words = ReasonWords.of(code, name());
    this.sentence = words.sentence();
    this.remedy = words.remedy();
  }

  /// The reason with this code; empty for one that this version does not know.
  public static Optional<Reason> ofCode(final String code) {
    return Optional.ofNullable(BY_CODE.get(code));
  }

  /// The stable code, such as `RV-203`.
  public String code() {
    return code;
  }

  public String sentence() {
    return sentence;
  }

  /// What to do about it; empty when there is nothing to mend.
  public String remedy() {
    return remedy;
  }
}
