package dev.reveille.model;

import java.util.List;
import java.util.Set;

/// Something that happened in an organisation and that some people's devices may need to know.
/// Classes are closed, because each has its own rules; `type` is an open word of the sender.
public sealed interface Event extends Job {
  /// A hunt group or a group chat has at most this many recipients.
  int MOST_RECIPIENTS = 1_000;

  /// Organisation, source, id: what makes two hand-ins the same event.
  @Override
  EventKey key();

  /// One to a thousand: a hunt group rings many, one answer ends it for all. None of the end of a
  /// call that was not known when it was handed in.
  List<UserId> recipients();

  @Override
  Life life();

  /// The sender's own word for what happened: `voicemail`, `missed-call`, `chat.message`, …
  String type();

  EventClass eventClass();

  @Override
  default Lane lane() {
    return eventClass().lane();
  }

  /// The same event with another life.
  Event with(Life life);

  /// A call that rings until it ends or `life.alertBefore()` has come. Name and address of the
  /// caller are content.
  record IncomingCall(
      EventKey key,
      List<UserId> recipients,
      String type,
      CallId call,
      Caller caller,
      boolean video,
      Life life)
      implements Event {
    public IncomingCall {
      recipients = checked(recipients);
    }

    @Override
    public EventClass eventClass() {
      return EventClass.CALL;
    }

    @Override
    public Event with(final Life other) {
      return new IncomingCall(key, recipients, type, call, caller, video, other);
    }
  }

  /// A call is over, for all its recipients or for one who declined: see [CallEnd].
  record CallEnded(
      EventKey key, List<UserId> recipients, String type, CallId call, CallEnd how, Life life)
      implements Event {
    public CallEnded {
      recipients = recipients.isEmpty() ? List.of() : checked(recipients);
    }

    /// Whether it came before its call: whom it concerns is not known yet, and no device is told.
    public boolean isEarly() {
      return recipients.isEmpty();
    }

    @Override
    public EventClass eventClass() {
      return EventClass.CALL_END;
    }

    @Override
    public Event with(final Life other) {
      return new CallEnded(key, recipients, type, call, how, other);
    }
  }

  /// A message of a conversation, kept in the inbox until it is read or its life ends.
  record Message(
      EventKey key,
      List<UserId> recipients,
      String type,
      ConversationId in,
      Content content,
      Life life)
      implements Event {
    public Message {
      recipients = checked(recipients);
    }

    @Override
    public EventClass eventClass() {
      return EventClass.MESSAGE;
    }

    @Override
    public Event with(final Life other) {
      return new Message(key, recipients, type, in, content, other);
    }
  }

  /// The named folders have something new or changed; the device synchronises, the hint carries
  /// nothing.
  record ChangeHint(
      EventKey key, List<UserId> recipients, String type, Set<FolderId> folders, Life life)
      implements Event {
    public ChangeHint {
      recipients = checked(recipients);
      folders = Set.copyOf(folders);
    }

    @Override
    public EventClass eventClass() {
      return EventClass.CHANGE;
    }

    @Override
    public Event with(final Life other) {
      return new ChangeHint(key, recipients, type, folders, other);
    }
  }

  /// Everything else: alerts (voicemail, missed call) and silent wake-ups. `collapse` folds alerts
  /// on the device, empty when nothing folds.
  record Other(
      EventKey key,
      List<UserId> recipients,
      String type,
      EventClass as,
      String collapse,
      Content content,
      Life life)
      implements Event {
    public Other {
      recipients = checked(recipients);
      if (as != EventClass.ALERT && as != EventClass.SILENT) {
        throw new IllegalArgumentException("class must be alert or silent here, not " + as.word());
      }
    }

    @Override
    public EventClass eventClass() {
      return as;
    }

    @Override
    public Event with(final Life other) {
      return new Other(key, recipients, type, as, collapse, content, other);
    }
  }

  private static List<UserId> checked(final List<UserId> recipients) {
    if (recipients.isEmpty() || recipients.size() > MOST_RECIPIENTS) {
      throw new IllegalArgumentException(
          "an event has 1 to " + MOST_RECIPIENTS + " recipients, not " + recipients.size());
    }
    return recipients.size() == 1
        ? List.copyOf(recipients)
        : recipients.stream().distinct().toList(); // a user named twice is told once
  }
}
