package dev.reveille.routing.port;

import dev.reveille.model.Bytes;
import dev.reveille.model.CallId;
import dev.reveille.model.Content;
import dev.reveille.model.EventClass;
import java.util.Map;

/// The content of a push: [Native] in the form of one push service, or [Ours] in our own words,
/// before a push service gives it its form. The latter carries the versioned envelope: event id,
/// class, call UUID, expiry, and the content, or only a placeholder where it does not fit.
///
/// In all cases `event` is the event's public id; `collapse` folds repeats and replacements on the
/// device, at most 64 bytes, "" when nothing folds; `badge` is the number on the app's icon, -1 to
/// leave it as it is.
public sealed interface PushContent {
  String event();

  /// The content of a push in our own words; each push service gives it its form.
  sealed interface Ours extends PushContent {
    String collapse();
  }

  /// The result of [Sender#prepare]: what a sender read of a native push beforehand.
  interface Prepared {
    /// It was not asked.
    Prepared NOTHING = new Prepared() {};
  }

  /// A push as its caller wrote it, in the form of the service to which it goes.
  ///
  /// @param headers by their names in lower case
  /// @param prepared of use to the sender alone that made it
  record Native(String event, Map<String, String> headers, Bytes body, Prepared prepared)
      implements PushContent {
    /// One of which nothing was made yet.
    public Native(final String event, final Map<String, String> headers, final Bytes body) {
      this(event, headers, body, Prepared.NOTHING);
    }

    public Native with(final Prepared made) {
      return new Native(event, headers, body, made);
    }

    @Override
    public String toString() {
      return "Native[" + event + "]";
    }
  }

  /// A ringing call on the VoIP channel: the app reports it to the system's call screen at once.
  record Ring(String event, CallId call, String callerName, String callerAddress, boolean video)
      implements Ours {
    @Override
    public String collapse() {
      return "";
    }

    @Override
    public String toString() {
      return "Ring[" + event + "]";
    }
  }

  /// A ringing call shown as an alert, where the system's call screen is not permitted.
  record RingAlert(
      String event, CallId call, String callerName, String callerAddress, boolean video, int badge)
      implements Ours {
    @Override
    public String collapse() {
      return call.toString();
    }

    @Override
    public String toString() {
      return "RingAlert[" + event + "]";
    }
  }

  /// The ringing is over. As an alert it shows `text`; on a single or data channel the app acts on
  /// it.
  ///
  /// @param how the word of [dev.reveille.model.CallEnd]
  record CallOver(String event, CallId call, String how, String text, int badge) implements Ours {
    @Override
    public String collapse() {
      return call.toString();
    }
  }

  /// Something to show: a message, a voicemail, a missed call.
  ///
  /// @param thread groups alerts of one conversation on the device, "" for none
  record Notice(
      String event,
      EventClass as,
      String type,
      String title,
      String text,
      Map<String, String> data,
      String thread,
      String collapse,
      int badge)
      implements Ours {
    public Notice {
      data = Map.copyOf(data);
    }

    /// The same with the content taken out.
    public static Notice of(
        final String event,
        final EventClass as,
        final String type,
        final Content content,
        final String thread,
        final String collapse,
        final int badge) {
      return new Notice(
          event,
          as,
          type,
          content.title(),
          content.text(),
          content.data(),
          thread,
          collapse,
          badge);
    }

    /// The same with other words, such as a beginning of its own.
    public Notice withWords(final String newTitle, final String newText) {
      return new Notice(event, as, type, newTitle, newText, data, thread, collapse, badge);
    }

    @Override
    public String toString() {
      return "Notice[" + event + "]";
    }
  }

  /// Wakes the app in the background to look into its inbox; shows nothing.
  record Wake(String event, EventClass as, String type, String collapse) implements Ours {}
}
