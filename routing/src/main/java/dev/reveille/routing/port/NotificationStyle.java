package dev.reveille.routing.port;

import java.util.List;

/// How a push is shown on a device: the result of applying the app's presentation to the event, in
/// the device's language. It is neutral: each push service translates it and leaves out what it
/// does not know. Pushes that show nothing (a ring on the VoIP channel, a wake-up) do not use it.
///
/// @param placeholder shown where title and body do not fit or must not be read by the push
///   service; empty for the sender's own
/// @param sound `default`, the name of a sound file of the app, or "" for none
/// @param category names the buttons the app offers with it; "" for none
/// @param thread groups what belongs together on the device; "" for none
/// @param channel Android's notification channel; "" for the app's own default
/// @param image address of a picture to show along; "" for none
public record NotificationStyle(
    Words title,
    Words body,
    Words placeholder,
    String sound,
    String category,
    String thread,
    Interruption interruption,
    String channel,
    String image) {

  /// The name of the platform's own sound.
  public static final String DEFAULT_SOUND = "default";

  /// A text to show: ready text, or the name of a text that the app itself has in the device's
  /// language.
  public sealed interface Words {
    Words NONE = new Text("");

    record Text(String text) implements Words {
      @Override
      public boolean isEmpty() {
        return text.isEmpty();
      }

      @Override
      public String toString() {
        return "Text[…]";
      }
    }

    /// @param args fill the gaps of the app's text, in order
    record Localized(String key, List<String> args) implements Words {
      public Localized {
        args = List.copyOf(args);
      }

      @Override
      public boolean isEmpty() {
        return key.isEmpty();
      }

      @Override
      public String toString() {
        return "Localized[" + key + "]";
      }
    }

    boolean isEmpty();
  }

  /// How much a notification may interrupt, in Apple's terms; other services get the nearest of
  /// theirs.
  public enum Interruption {
    /// Waits in the list, lights no screen.
    PASSIVE("passive"),
    /// As everything does that says nothing else.
    ACTIVE("active"),
    /// Passes a focus that the user set on the device.
    TIME_SENSITIVE("time-sensitive"),
    /// Passes even a muted device; Apple grants it to few apps.
    CRITICAL("critical");

    private final String word;

    Interruption(final String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /// The style for an app without a presentation: the content is shown as it is.
  public static NotificationStyle of(final PushContent content) {
    return switch (content) {
      case PushContent.Ring ring -> ringing(ring.callerName(), ring.callerAddress(), ring.video());
      case PushContent.RingAlert ring ->
          ringing(ring.callerName(), ring.callerAddress(), ring.video());
      case PushContent.CallOver over ->
          plain(Words.NONE, new Words.Text(over.text()), Words.NONE, "", "", Interruption.ACTIVE);
      case PushContent.Notice notice ->
          plain(
              new Words.Text(notice.title()),
              new Words.Text(notice.text()),
              Words.NONE,
              DEFAULT_SOUND,
              notice.thread(),
              Interruption.ACTIVE);
      case PushContent.Wake _, PushContent.Native _ ->
          plain(Words.NONE, Words.NONE, Words.NONE, "", "", Interruption.PASSIVE);
    };
  }

  private static NotificationStyle ringing(
      final String name, final String address, final boolean video) {
    final var words = new Words.Text(video ? "Incoming video call" : "Incoming call");
    return plain(
        new Words.Text(name.isEmpty() ? address : name),
        words,
        words,
        DEFAULT_SOUND,
        "",
        Interruption.TIME_SENSITIVE);
  }

  private static NotificationStyle plain(
      final Words title,
      final Words body,
      final Words placeholder,
      final String sound,
      final String thread,
      final Interruption interruption) {
    return new NotificationStyle(title, body, placeholder, sound, "", thread, interruption, "", "");
  }

  /// The same with other words, such as a beginning of its own.
  public NotificationStyle withWords(final Words newTitle, final Words newBody) {
    return new NotificationStyle(
        newTitle, newBody, placeholder, sound, category, thread, interruption, channel, image);
  }

  /// The same without anything that was taken from the content.
  public NotificationStyle withoutContent() {
    return new NotificationStyle(
        Words.NONE, Words.NONE, placeholder, sound, category, "", interruption, channel, "");
  }
}
