package dev.reveille.model;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Every expected cause, once: a stable code, one sentence for a human, one remedy. The trail, the
/// command line, the REST answers and `docs/reasons.md` all say these words.
///
/// Families: 1xx handing in, 2xx push services, 3xx routing, 4xx devices and their keys, 5xx the
/// server itself, 6xx live channels, 7xx calls.
public enum Reason {
  MALFORMED(
      "RV-101", "The request is not well formed.", "Correct the field that the detail names."),
  UNKNOWN_FIELD(
      "RV-102",
      "The request has a field that does not exist.",
      "Remove or rename the field; the detail names the nearest known one."),
  TOO_LARGE(
      "RV-103",
      "The request is larger than allowed.",
      "Send less at once; the detail names the limit."),
  UNKNOWN_USER(
      "RV-104",
      "No user of this organisation has this name or address.",
      "Create the user with `reveille users add`, or correct the recipient."),
  OTHER_BODY(
      "RV-105",
      "An event with this source and id was handed in before, with other content.",
      "Give each event its own id; to repeat one, send exactly the same content."),
  LIFE_OVER(
      "RV-106",
      "The event's life is over: its last moment lies in the past.",
      "Check the sender's clock, alertBefore and keepUntil."),
  NO_KEY(
      "RV-107",
      "The request carries no valid key.",
      "Send `Authorization: Bearer KEY`; the first key stands in `client.json` in the server's data"
          + " directory, `reveille keys add` makes more. Is the file lost: stop the server, then"
          + " `reveille keys add --data DIR --offline`."),
  NOT_ALLOWED(
      "RV-108",
      "The key does not have the right that this needs.",
      "Use a key with the right that the detail names."),
  NOT_FOUND(
      "RV-109",
      "There is no such thing here.",
      "Check the identifier; `reveille users`, `devices`, `apps` and `keys` list what exists."),
  CHANGED_MEANWHILE(
      "RV-110", "Somebody changed it since it was read.", "Read it again and repeat the change."),
  EXISTS("RV-111", "It exists already.", "Choose another identifier or change the existing one."),
  METHOD_NOT_ALLOWED(
      "RV-112",
      "This address does not know the method.",
      "Use one of the methods that the Allow header names."),
  HTTP_NOT_SPOKEN(
      "RV-114",
      "The request uses a part of HTTP that is not spoken here.",
      "The detail names it: use HTTP/1.1 or HTTP/2, a usual method, and no coding but chunked."),
  BACKLOG_FULL(
      "RV-120",
      "Too much accepted work is waiting; nothing was stored.",
      "Try again after Retry-After; see which push service is slow with `reveille check`."),
  SCHEDULED_FULL(
      "RV-127",
      "Too much content waits for moments more than a day ahead; nothing was stored.",
      "Cancel sends that are not needed any more, or hand this one in on its last day."),
  DISK_LOW(
      "RV-121",
      "The disk is nearly full; nothing was stored.",
      "Free space below the data directory or lower the retention."),
  STORE_FAILED(
      "RV-122",
      "The store could not commit; nothing was stored.",
      "See the server's log; check the disk."),
  STILL_USED(
      "RV-113",
      "Something else still depends on it.",
      "The detail says what: remove that first, or ask for both to be removed."),
  RATE_LIMITED(
      "RV-123",
      "Too many requests from this key or address.",
      "Slow down; try again after Retry-After."),
  SHUTTING_DOWN("RV-124", "The server is going down.", "Try again in a moment."),
  TOO_SLOW(
      "RV-125", "The request did not arrive in time.", "Send the whole request without pauses."),
  SERVER_BUSY(
      "RV-126",
      "The server has as many connections or requests as it takes.",
      "Try again in a moment; if it lasts, look for clients that open too many connections, or"
          + " share the load."),
  HUB_NAME_RESERVED(
      "RV-134",
      "No hub can have this name: addresses of the server itself begin with it.",
      "Choose another name for the hub."),
  HUB_POLICY_STAYS(
      "RV-135",
      "A hub keeps one policy at least.",
      "Make another policy first, or remove the hub."),
  ORGANISATIONS_NOT_YOURS(
      "RV-140",
      "Only keys of the organisation `default` may list, make and remove organisations.",
      "Use a key of the organisation `default` with the right `manage`."),
  ORGANISATION_STAYS(
      "RV-141",
      "The organisation `default` cannot be removed.",
      "Its users, devices and apps can be removed one by one."),
  ORGANISATION_NAME_RESTS(
      "RV-142",
      "An organisation of this name was removed, and its events are not gone yet.",
      "Choose another name, or wait until the moment that the detail names."),
  SERVICE_WITHOUT_SENDER(
      "RV-143",
      "This version cannot send to this push service.",
      "Register without this token: the device is told over its live channel, and from the inbox."),

  HANDED_TO_PLATFORM(
      "RV-200",
      "The push service accepted the push.",
      "If the phone stayed silent nevertheless, look at its notification settings and at the app's"
          + " receipts."),
  TOKEN_RETIRED(
      "RV-203",
      "The platform says this push address no longer exists.",
      "Nothing to do: the address was removed; the app registers anew when it opens."),
  TOKEN_KEPT_NEWER(
      "RV-204",
      "The platform refused an address, but the app registered it again after that.",
      "Nothing to do: the newer registration is kept."),
  TOKEN_BAD(
      "RV-205",
      "The platform calls the address bad; it is kept, and nothing is sent to it for now.",
      "Check which environment the address belongs to (an app run from Xcode has a sandbox token"
          + " and registers it with `sandbox: true`), the app's bundle id, and whether key or"
          + " service account belong to this very app. After a change the next event tries the"
          + " address again."),
  TOKEN_WRONG_TOPIC(
      "RV-206",
      "The address does not belong to this topic; it is kept, and nothing is sent to it for now.",
      "Check the app's bundle id (`reveille apps add APP --bundle-id ID`), and that the app hands"
          + " over its PushKit token as `voip` and the other as `message`. After a change the next"
          + " event tries the address again."),
  BAD_REQUEST(
      "RV-207",
      "The platform says the push is badly made.",
      "This is our defect: report it with the trail."),
  TOPIC_REFUSED(
      "RV-208",
      "The platform refuses the topic.",
      "Check the bundle id (`reveille apps add APP --bundle-id ID`) and that the key may send for"
          + " it."),
  CREDENTIALS_REFUSED(
      "RV-209",
      "The platform refuses our credentials.",
      "Compare them with what the platform's console shows: for Apple key, key id, team id and"
          + " environment; for Google the service account, its role and its project; and look at"
          + " the server's clock. Then give them again with `reveille apps credentials`."),
  CREDENTIALS_EXPIRED(
      "RV-210", "The platform says our provider token has expired.", "Check the server's clock."),
  PAYLOAD_TOO_LARGE(
      "RV-211",
      "The push is too large even with its identifier only.",
      "This is our defect: report it with the trail."),
  DEVICE_THROTTLED(
      "RV-212",
      "The platform wants fewer pushes to this device.",
      "Nothing to do: the push waits."),
  SERVICE_THROTTLED(
      "RV-213", "The platform wants us to slow down.", "Nothing to do: the push waits."),
  SERVICE_UNAVAILABLE(
      "RV-214",
      "The push service is not available now.",
      "Nothing to do: the push is tried again while it still matters."),
  SERVICE_UNREACHABLE(
      "RV-215",
      "The push service cannot be reached.",
      "Check the network, the firewall and the proxy towards the push service."),
  NO_ANSWER(
      "RV-216",
      "The push was sent, but no answer came back.",
      "Nothing to do: a repeat folds on the device."),
  SERVICE_BUSY(
      "RV-217",
      "Too many pushes are under way to this service.",
      "Nothing to do: the push waits its turn."),
  NOT_CONFIGURED(
      "RV-218",
      "The app has no credentials for this push service.",
      "Add them with `reveille apps credentials`."),
  SERVICE_NOT_BUILT_IN(
      "RV-219", "This server has no sender for this push service.", "Use a version that has it."),
  TOKEN_WRONG_SENDER(
      "RV-220",
      "The address was made for other credentials than the app has here; it is kept, and nothing is"
          + " sent to it for now.",
      "Give the credentials that the app on the device was built with (`reveille apps"
          + " credentials`): at Google those of the project in its `google-services.json`, at"
          + " Microsoft the identity that owns the channel, for browsers the key pair of the"
          + " subscription. After a change the next event tries the address again."),
  THIRD_PARTY_REFUSED(
      "RV-221",
      "The platform passes pushes for this address on to another service, which refuses its"
          + " credentials.",
      "Renew the APNs key or the Web Push certificate in the Firebase console."),
  PUSH_HOST_NOT_ALLOWED(
      "RV-222",
      "The app's credentials name a host that this server may not connect to.",
      "Correct the endpoint or the `token_uri`; or, if the host is right, let the server's operator"
          + " add it to `push.allowed-hosts` in the configuration (`serve --push-host HOST` does"
          + " the same)."),
  NO_BUNDLE_ID(
      "RV-223",
      "The app has no bundle id under which Apple could know it, so nothing was sent to Apple.",
      "Give the app its bundle id as it stands in Xcode: `reveille apps add APP --bundle-id ID`."),
  CERTIFICATE_UNFIT(
      "RV-236",
      "The certificate cannot be used for the app at Apple.",
      "Make one for the app's bundle id in Apple's developer portal, and give it together with its"
          + " own key: `reveille apps credentials APP apns`."),
  STOPPED_WHILE_SENDING(
      "RV-224",
      "The server stopped while the push may have been on its way, and no answer was noted.",
      "Nothing to do: a repeat folds on the device, and it is repeated at most twice."),
  DOUBTED_TOO_LONG(
      "RV-226",
      "The platform refused the address 30 days ago or earlier, and no change since then made it"
          + " work.",
      "Nothing to do: the address was removed; the app registers anew when it opens."),
  LINE_TOO_LONG(
      "RV-227",
      "Too much waited for the app's credentials to be corrected, so the oldest was given up.",
      "See with `reveille check` what the push service refuses, and correct it."),
  GIVEN_UP_AT_START(
      "RV-228",
      "Three starts of the server ended while they worked on this event, so it was given up: no"
          + " device was told. It stays in the inbox.",
      "Keep the server's log of those starts and its data directory, and report the fault; hand"
          + " the event in anew under another id if it still matters."),
  TRIED_OFTEN_ENOUGH(
      "RV-229",
      "It was tried as often, or for as long, as this receiver is tried, and was never taken.",
      "See in the tries before what the receiver answered, and mend that; what comes after it is"
          + " tried anew."),
  RELAY_HAS_IT(
      "RV-230",
      "A relay took the push and has not reported yet what became of it.",
      "Nothing to do."),
  NO_REPORT(
      "RV-231",
      "The relay that took the push did not report what became of it before its time was over.",
      "Ask the relay's operator what became of the push; its id is in the tries before."),
  ADDRESS_FORBIDDEN(
      "RV-232",
      "The push address leads to a place that this server must not connect to.",
      "Give the address as the platform handed it to the app; if it is right, let the server's"
          + " operator add its host and port to `push.allowed-hosts`."),
  NOT_SHOWN(
      "RV-233",
      "The push service took the push and does not show it: the user switched it off there, or the"
          + " device is away and the push is not kept.",
      "Nothing to do: the user decides; the inbox keeps the event."),
  SILENT_WEB_PUSH(
      "RV-234",
      "Browsers want each push to show something, and the app does not say that its users allow"
          + " pushes that show nothing.",
      "If users allow it, keep the app's webpush credentials with `silent`; the app learns of it at"
          + " its next visit."),
  REDIRECTED(
      "RV-235",
      "The push service answered with a redirect, which is not followed.",
      "Let the app register anew; if all addresses are answered so, a proxy is in between."),
  FOLDED(
      "RV-237",
      "The phone was woken by another push that left after this event had been accepted; it tells"
          + " of both.",
      "Nothing to do: Apple passes on few pushes that show nothing, so one leaves in 20 minutes."),
  BACKGROUND_HELD(
      "RV-238",
      "Another push that shows nothing woke this phone less than 20 minutes ago; this one waits.",
      "Nothing to do: Apple passes on few such pushes. What a user must see at once is a message or"
          + " an alert."),
  BROWSER_ACKNOWLEDGED(
      "RV-239",
      "The browser acknowledged the push to its push service.",
      "If the user saw nothing nevertheless, look at the browser's permission for the site and at"
          + " the site's service worker."),
  BROWSER_NEVER_GOT_IT(
      "RV-240",
      "The push service says that the browser did not acknowledge the push before its time was"
          + " over.",
      "Nothing to do: the browser was closed or away; the page catches up from the inbox."),
  TEMPLATE_UNFIT(
      "RV-241", "The target's template makes no push.", "Correct it in the app; see the detail."),
  TOKEN_NOT_USABLE(
      "RV-225",
      "The address is none that this push service could have given out, so nothing was sent.",
      "Let the app register the token as the system handed it over; see the app guide. Such a token"
          + " is refused at the door now; an older version took it."),

  FOREGROUND_CALL(
      "RV-300", "A call goes both ways at once: over the live channel and as a push.", ""),
  FOREGROUND_MESSAGE("RV-301", "The app is in the foreground: the live channel carries it.", ""),
  SUSPENDED_CALL("RV-302", "The app is suspended: the call is pushed.", ""),
  SUSPENDED_MESSAGE("RV-303", "The app is suspended: a push tells of it.", ""),
  LIVE_BUT_SUSPENDED(
      "RV-304",
      "The app is suspended though its channel is open: the push goes out, the channel is not"
          + " trusted.",
      ""),
  WITHDRAW("RV-305", "The call's end is told so that the ringing stops.", ""),
  CALLER_SHOWN_AS_ALERT(
      "RV-306", "Apple's call screen is not permitted there: an alert shows the caller.", ""),
  MISSED_ALERT_TELLS(
      "RV-307", "The missed-call alert with the same collapse id ends the ringing screen.", ""),
  TOO_LATE_TO_ALERT(
      "RV-310",
      "It is too late to alert anybody of the event.",
      "Nothing to do; if it happens often, look at what the pushes waited for, and at the"
          + " backlog."),
  PUSH_SWITCHED_OFF(
      "RV-311",
      "Push notifications to this service are switched off.",
      "Switch them on: `reveille settings set push-notification SERVICE=true` (SERVICE: apple,"
          + " google, microsoft, web)."),
  NO_PUSH_ADDRESS(
      "RV-312",
      "The app has given no push address: only an open live channel reaches it.",
      "Let the app register its push token; see the app guide."),
  NO_VOIP_ADDRESS(
      "RV-313",
      "The app has no address on its VoIP channel.",
      "Let the app register its PushKit token."),
  NO_MESSAGE_ADDRESS(
      "RV-314",
      "The app has no address on its message channel.",
      "Let the app register its alert token."),
  PUSH_NOT_NEEDED(
      "RV-315",
      "This client generation needs no push.",
      "Nothing to do: the client keeps its own connection."),
  DO_NOT_DISTURB(
      "RV-316",
      "The user does not want to be disturbed now.",
      "Nothing to do; or end it: `reveille users protect USER --do-not-disturb off`."),
  CONVERSATION_MUTED(
      "RV-317",
      "The user muted this conversation.",
      "Nothing to do; or unmute it: `reveille users protect USER --unmute CONVERSATION`."),
  OTHER_DEVICE_IN_USE(
      "RV-318",
      "The user is using another device; only that one is told.",
      "Nothing to do, or change the user's policy."),
  NO_DEVICES("RV-319", "The user has no device.", "Let the user sign in to the app."),
  SIGNED_OUT("RV-320", "The user signed out of this device.", "Nothing to do."),
  ANSWERED_HERE("RV-322", "The call was answered on this device.", ""),
  NEVER_RANG_HERE("RV-323", "Nothing rings on this device, so there is nothing to withdraw.", ""),
  ALREADY_READ("RV-324", "The user read it on another device before.", ""),
  QUIET_HOURS(
      "RV-325",
      "The user has quiet hours now.",
      "Nothing to do; or change them: `reveille users protect USER` shows them with their time"
          + " zone."),
  TOO_MANY_RINGS(
      "RV-326",
      "This caller rang the user as often as the user's ring limit allows.",
      "Nothing to do; or raise the limit or let the caller through: `reveille users protect USER"
          + " --ring-limit N/WINDOW` or `--let-through ADDRESS`."),
  REGISTERED_DURING_RING(
      "RV-327",
      "The app registered this device while the call rang; it is told as it connects.",
      "Nothing to do."),
  SEND_TO_ADDRESS("RV-328", "It was sent to this address.", "Nothing to do."),
  SEND_SCHEDULED("RV-329", "It leaves at the moment that was asked for.", "Nothing to do."),
  SEND_CANCELLED(
      "RV-330", "The send was cancelled before this address was told.", "Nothing to do."),
  HELD_PING(
      "RV-331",
      "The device holds a Ping, which tells it that something changed.",
      "Nothing to do: it comes for the changes."),

  TOKEN_TAKEN(
      "RV-401",
      "This push token belongs to another installation.",
      "Prove possession: send that installation's token, or echo the challenge that is pushed to"
          + " the device."),
  CODE_INVALID(
      "RV-402",
      "The one-time code is unknown, used or expired.",
      "Ask the app's backend for a new code."),
  PROOF_INVALID(
      "RV-403",
      "The app's signed statement is not valid.",
      "The detail says which claim or signature is wrong."),
  DEVICE_UNKNOWN(
      "RV-404", "This device token is unknown or was revoked.", "Register the installation anew."),
  TOKEN_ROTATED(
      "RV-405",
      "This device token was replaced by a newer one.",
      "Use the newer token, or register anew."),
  TOO_MANY_DEVICES(
      "RV-406",
      "The user has as many devices as allowed.",
      "Sign out of a device that is not used any more."),
  TICKET_INVALID(
      "RV-407",
      "The ticket is unknown, used or expired.",
      "Ask for a new one with `POST /device/v1/tickets`."),
  ORIGIN_NOT_ALLOWED(
      "RV-408",
      "Web pages of this origin may not use this server.",
      "Add the page's origin to `devices.origins` in the configuration."),

  WAITING_AFTER_RESTART(
      "RV-501",
      "The server was started anew; the message waits a moment in which phones may return.",
      ""),
  INTERNAL("RV-599", "The server failed.", "See the server's log with the event's id."),

  LIVE_NOT_ACKNOWLEDGED(
      "RV-601",
      "The app did not acknowledge the live delivery in time.",
      "Nothing to do: the push goes out instead where there is one."),
  LIVE_CLOSED(
      "RV-602",
      "The live channel closed before the app acknowledged.",
      "Nothing to do: the entry waits in the inbox."),
  LIVE_BEHIND(
      "RV-603",
      "The phone reads more slowly than events arrive; frames were dropped, the inbox keeps the"
          + " entries.",
      "Nothing to do: the app catches up from the inbox."),
  LIVE_ACKNOWLEDGED("RV-604", "The app acknowledged it.", ""),
  GAP(
      "RV-605",
      "The position lies before what is kept, or belongs to another store.",
      "Load the inbox anew from its beginning."),
  HELLO_MISSING(
      "RV-606",
      "No hello arrived in time.",
      "Send the hello frame right after the connection opens."),
  REPLACED(
      "RV-607",
      "The same installation opened a newer channel.",
      "Keep one channel per installation."),
  NO_PONG(
      "RV-608",
      "The phone did not answer a ping.",
      "Nothing to do: the app comes back by itself; see what the network does to quiet connections"
          + " if it happens often."),

  CALL_OVER("RV-701", "The call is over; its first end counts.", "The detail says how it ended."),
  CALL_UNKNOWN("RV-702", "There is no such call.", "Check the call's UUID."),
  CALL_KNOWN(
      "RV-705",
      "Another event began a call with this UUID before.",
      "Give each call a UUID of its own; to repeat an event, send the same source and id."),
  ENDED_BEFORE_IT_BEGAN(
      "RV-706",
      "The call's end was handed in before the call, so it never rang.",
      "Nothing to do; if the sender did not mean it, let it hand in a call before its end."),
  TOO_MANY_EARLY_ENDS(
      "RV-707",
      "Too many ends wait for calls that are not known.",
      "Hand in calls before their ends; an end waits ten minutes for its call."),
  DECLINED_HERE("RV-704", "The user declined on this device only.", ""),
  NOT_RUNG("RV-703", "This user was not called.", "Only a recipient can answer or decline.");

  private final String code;
  private final String sentence;
  private final String remedy;

  private static final Map<String, Reason> BY_CODE =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Reason::code, it -> it));

  Reason(final String code, final String sentence, final String remedy) {
    this.code = code;
    this.sentence = sentence;
    this.remedy = remedy;
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
