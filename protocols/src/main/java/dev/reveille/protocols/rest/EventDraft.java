package dev.reveille.protocols.rest;

import static dev.reveille.protocols.json.Refusal.malformed;

import dev.reveille.model.CallEnd;
import dev.reveille.model.CallId;
import dev.reveille.model.Caller;
import dev.reveille.model.Content;
import dev.reveille.model.ConversationId;
import dev.reveille.model.Event;
import dev.reveille.model.EventClass;
import dev.reveille.model.EventKey;
import dev.reveille.model.FolderId;
import dev.reveille.model.Life;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.TimeScale;
import dev.reveille.model.UserId;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.Calls;
import dev.reveille.routing.ContentHash;
import dev.reveille.routing.ServerClock.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// An event as its sender wrote it, field by field, before it is checked: recipients are names that
/// are not looked up yet, and the event's life is what the sender asked for. [EventReader] fills
/// it; then it is checked as a whole, and [#event] makes the event. Belongs to one thread at a
/// time.
final class EventDraft {
  /// No sender may hand in under the names of our own events.
  private static final String RESERVED_SOURCE = "reveille:";

  private static final Duration RINGS_FOR = Duration.ofSeconds(60);
  private static final Duration ALERTS_FOR = Duration.ofDays(1);
  private static final int LONGEST_COLLAPSE = 64;
  private static final int LONGEST_TYPE = 128;

  /// A sender's clock may be a little ahead of ours.
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

  /// Types whose class goes without saying, and the title of one that has no content.
  private record KnownType(EventClass as, String title) {}

  private static final Map<String, KnownType> KNOWN_TYPES =
      Map.of(
          "voicemail", new KnownType(EventClass.ALERT, "Voicemail"),
          "missed-call", new KnownType(EventClass.ALERT, "Missed call"),
          "missed-im-invitation", new KnownType(EventClass.ALERT, "Missed invitation"),
          "im-invitation", new KnownType(EventClass.MESSAGE, ""),
          "video-call", new KnownType(EventClass.CALL, ""));

  /// Bits of the fields that stand there, and of those among them that are not `null`.
  int named;

  int given;
  String id = "";
  String source = "";
  @Nullable EventClass as;
  String type = "";
  List<String> to = List.of();
  @Nullable CallId call;
  String callerName = "";
  String callerAddress = "";
  boolean callerGiven;
  boolean video;
  @Nullable Duration ringFor;
  String how = "";
  String where = "";
  String conversation = "";
  Content content = Content.EMPTY;
  String collapse = "";
  List<String> folders = List.of();
  @Nullable Instant alertBefore;
  @Nullable Duration alertFor;
  @Nullable Instant keepUntil;
  @Nullable Duration keepFor;

  boolean has(final EventField field) {
    return (given & field.bit()) != 0;
  }

  EventClass eventClass() {
    if (as == null) {
      throw new IllegalStateException("asked for the class of a draft before it was checked");
    }
    return as;
  }

  boolean isCallEnd() {
    return as == EventClass.CALL_END;
  }

  /// Checks what a single field cannot say about itself.
  EventDraft checked() {
    final var known = type.isEmpty() ? null : KNOWN_TYPES.get(type);
    if (as == null) {
      if (known == null) {
        throw malformed(
            "class", "is missing: one of call, call-end, message, alert, change, silent");
      }
      as = known.as;
    }
    final int missing = EventField.required(as) & ~given;
    if (missing != 0) {
      throw malformed(
          EventField.first(missing).word(),
          "is missing; an event of class " + as.word() + " needs it");
    }
    final int tooMuch = given & ~EventField.allowed(as);
    if (tooMuch != 0) {
      throw malformed(
          EventField.first(tooMuch).word(), "is no field of an event of class " + as.word());
    }
    notBoth(EventField.RING_FOR, EventField.ALERT_BEFORE);
    notBoth(EventField.ALERT_FOR, EventField.ALERT_BEFORE);
    notBoth(EventField.KEEP_FOR, EventField.KEEP_UNTIL);
    if (source.startsWith(RESERVED_SOURCE)) {
      throw malformed("source", "must not begin with " + RESERVED_SOURCE);
    }
    if (type.length() > LONGEST_TYPE) {
      throw malformed(
          "type", "must have at most " + LONGEST_TYPE + " characters, not " + type.length());
    }
    if (EventReader.bytesOf(collapse) > LONGEST_COLLAPSE) {
      throw malformed("collapse", "must have at most " + LONGEST_COLLAPSE + " bytes");
    }
    if (isCallEnd()) {
      checkEnd();
    }
    return this;
  }

  private void notBoth(final EventField one, final EventField other) {
    if (has(one) && has(other)) {
      throw malformed(one.word(), "give either this or " + other.word());
    }
  }

  private void checkEnd() {
    if (callerGiven) {
      throw malformed("call.caller", "is no field of an event of class call-end");
    }
    switch (how) {
      case "cancelled", "timed-out" -> {
        if (has(EventField.WHERE)) {
          throw malformed("where", "goes with how=answered-elsewhere only");
        }
      }
      case "answered-elsewhere" -> {}
      default ->
          throw malformed(
              "how", "must be cancelled, answered-elsewhere or timed-out, not \"" + how + "\"");
    }
  }

  CallId callId() {
    if (call == null) {
      throw new IllegalStateException("asked for the call of a draft that has none");
    }
    return call;
  }

  CallEnd end() {
    return switch (how) {
      case "answered-elsewhere" -> new CallEnd.AnsweredElsewhere(where);
      case "timed-out" -> new CallEnd.TimedOut();
      default -> new CallEnd.Cancelled();
    };
  }

  /// The event, for the users that [#to] names, in that order.
  ///
  /// @throws Refusal when a value does not keep the model's rules
  Event event(final OrganisationId organisation, final List<UserId> users, final Reading at) {
    try {
      final var key = new EventKey(organisation, source, id);
      final var recipients = users.size() == 1 ? users : List.copyOf(new LinkedHashSet<>(users));
      final var life = life(at);
      final var word = type.isEmpty() ? eventClass().word() : type;
      return switch (eventClass()) {
        case CALL ->
            new Event.IncomingCall(
                key,
                recipients,
                word,
                callId(),
                new Caller(callerName, callerAddress),
                isVideo(),
                life);
        case CALL_END -> throw new IllegalStateException("the end of a call goes through the call");
        case MESSAGE ->
            new Event.Message(
                key, recipients, word, new ConversationId(conversation), content, life);
        case CHANGE -> new Event.ChangeHint(key, recipients, word, folderIds(), life);
        case ALERT, SILENT ->
            new Event.Other(key, recipients, word, eventClass(), collapse, shown(), life);
      };
    } catch (IllegalArgumentException e) {
      throw malformed("", String.valueOf(e.getMessage()));
    }
  }

  private boolean isVideo() {
    return video || type.equals("video-call");
  }

  private Content shown() {
    final var known = content.title().isEmpty() ? KNOWN_TYPES.get(type) : null;
    return known == null || known.title.isEmpty()
        ? content
        : new Content(known.title, content.text(), content.data());
  }

  private Set<FolderId> folderIds() {
    final var ids = new LinkedHashSet<FolderId>();
    folders.forEach(folder -> ids.add(new FolderId(folder)));
    return ids;
  }

  private Life life(final Reading at) {
    final var now = at.now();
    if (eventClass() == EventClass.CALL) {
      final var wish = ringFor == null ? RINGS_FOR : ringFor;
      final var until = alertBefore == null ? now.plus(wish) : alertBefore;
      final var longest =
          alertBefore == null ? Calls.LONGEST_RINGING : Calls.LONGEST_RINGING.plus(CLOCKS_DIFFER);
      if (until.isAfter(now.plus(longest))) {
        throw malformed(
            alertBefore == null ? "ringFor" : "alertBefore",
            "a call rings for at most "
                + Calls.LONGEST_RINGING
                + ", not "
                + Duration.between(now, until));
      }
      final var over = TimeScale.divide(now, until);
      return new Life(over, over, alertBefore == null ? at.generation() : Life.OF_SENDER);
    }
    final var longest =
        eventClass() == EventClass.SILENT && keepFor == null ? ALERTS_FOR : Life.LONGEST;
    final var kept = keepUntil != null ? keepUntil : now.plus(keepFor != null ? keepFor : longest);
    if (kept.isAfter(
        now.plus(keepUntil != null ? Life.LONGEST.plus(CLOCKS_DIFFER) : Life.LONGEST))) {
      throw malformed(
          keepUntil != null ? "keepUntil" : "keepFor",
          "nothing is kept longer than " + Life.LONGEST + ", not " + Duration.between(now, kept));
    }
    final var before =
        alertBefore != null ? alertBefore : now.plus(alertFor != null ? alertFor : ALERTS_FOR);
    final boolean asked = alertBefore != null || alertFor != null;
    final var until = TimeScale.divide(now, kept);
    return asked || before.isBefore(kept)
        ? new Life(
            TimeScale.divide(now, before),
            until,
            alertBefore == null ? at.generation() : Life.OF_SENDER)
        : new Life(until, until, keepUntil == null ? at.generation() : Life.OF_SENDER);
  }

  /// Over what the sender wrote. A moment counts as written and a duration too, so that the same
  /// words a second later are a repeat; the order of things that have none does not count.
  ///
  /// Hashes stand in the journal, and an event handed in before an update is a repeat after it: a
  /// new field comes at the end and counts only where it is given.
  long hash(final List<UserId> users) {
    final var hash = new ContentHash().add(eventClass().number()).add(type);
    if (users.size() == 1) {
      hash.add(users.getFirst().name());
    } else {
      users.stream().map(UserId::name).distinct().sorted().forEach(hash::add);
    }
    if (call != null) {
      hash.add(call.toString()).add(callerName).add(callerAddress).add(isVideo() ? 1 : 0);
    }
    hash.add(conversation).add(content.title()).add(content.text()).add(collapse);
    if (!content.data().isEmpty()) {
      new TreeMap<>(content.data()).forEach((name, value) -> hash.add(name).add(value));
    }
    if (!folders.isEmpty()) {
      folders.stream().distinct().sorted().forEach(hash::add);
    }
    add(hash, EventField.RING_FOR, ringFor);
    add(hash, EventField.ALERT_FOR, alertFor);
    add(hash, EventField.KEEP_FOR, keepFor);
    add(hash, EventField.ALERT_BEFORE, alertBefore);
    add(hash, EventField.KEEP_UNTIL, keepUntil);
    return hash.value();
  }

  private static void add(
      final ContentHash hash, final EventField field, final @Nullable Duration wish) {
    if (wish != null) {
      hash.add(field.number()).add(wish.toMillis());
    }
  }

  private static void add(
      final ContentHash hash, final EventField field, final @Nullable Instant wish) {
    if (wish != null) {
      hash.add(field.number()).add(wish.toEpochMilli());
    }
  }

  /// The recipient at a place that a problem can name.
  Optional<String> recipient(final int index) {
    return index < to.size() ? Optional.of(to.get(index)) : Optional.empty();
  }
}
