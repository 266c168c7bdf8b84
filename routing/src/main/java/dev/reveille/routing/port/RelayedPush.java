package dev.reveille.routing.port;

import dev.reveille.model.CallId;
import dev.reveille.model.EventClass;
import dev.reveille.routing.port.NotificationStyle.Interruption;
import dev.reveille.routing.port.NotificationStyle.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The content of a push on its way from the server of a user to a clearing house: neutral words,
/// or sealed ones, and how they are shown. It travels as texts by names:
///
/// | name | value |
/// |---|---|
/// | `kind` | `ring`, `ring-alert`, `call-end`, `notice` or `wake` |
/// | `event` | the event's public id at the user's server |
/// | `class`, `type`, `collapse` | of a notice or a wake-up |
/// | `call`, `video`, `how` | the call's UUID, `true` for a video call, how the call ended |
/// | `caller.name`, `caller.address` | of a ring |
/// | `title`, `text`, `thread`, `data.NAME` | of a notice |
/// | `badge` | the number on the app's icon; absent to leave it as it is |
/// | `shown.title`, `shown.body`, `shown.placeholder` | a text; with `.key` and `.arg.N` behind the name: a text of the app |
/// | `sound`, `category`, `group`, `channel`, `image`, `interruption` | how it is shown |
/// | `sealed` | the encrypted content; then nothing else can be read |
///
/// Immutable.
public record RelayedPush(PushContent.Ours content, NotificationStyle style, Seal seal) {
  private static final int NO_BADGE = -1;
  private static final int MOST_ARGUMENTS = 16;
  private static final int MOST_BADGE = 1_000_000;
  private static final String DATA = "data.";

  /// Whether it rings.
  public boolean rings() {
    return content instanceof PushContent.Ring || content instanceof PushContent.RingAlert;
  }

  /// The class by whose word a publisher counts and limits: `call`, `call-end`, or that of the
  /// notice or wake-up.
  public String word() {
    return switch (content) {
      case PushContent.Ring _, PushContent.RingAlert _ -> "call";
      case PushContent.CallOver _ -> "call-end";
      case PushContent.Notice notice -> notice.as().word();
      case PushContent.Wake wake -> wake.as().word();
    };
  }

  /// Whether its content can be read: it is not sealed, and shows something.
  public boolean isClear() {
    return !(seal instanceof Seal.Closed)
        && switch (content) {
          case PushContent.Ring _, PushContent.RingAlert _, PushContent.Notice _ -> true;
          case PushContent.CallOver _, PushContent.Wake _ -> false;
        };
  }

  /// The same with nothing that its sender wrote: what is shown is the app's own placeholder.
  public RelayedPush withoutWords() {
    final var blank =
        switch (content) {
          case PushContent.Ring ring ->
              new PushContent.Ring(ring.event(), ring.call(), "", "", ring.video());
          case PushContent.RingAlert ring ->
              new PushContent.RingAlert(
                  ring.event(), ring.call(), "", "", ring.video(), ring.badge());
          case PushContent.Notice notice ->
              new PushContent.Notice(
                  notice.event(),
                  notice.as(),
                  notice.type(),
                  "",
                  "",
                  Map.of(),
                  "",
                  notice.collapse(),
                  notice.badge());
          case PushContent.CallOver _, PushContent.Wake _ -> content;
        };
    return new RelayedPush(blank, style.withoutContent(), Seal.OPEN);
  }

  /// The same for a sender that is not verified: no text of it is left, not even for places where
  /// the words do not fit.
  public RelayedPush ofUnverified() {
    final var blank = withoutWords();
    final var shown = blank.style;
    return new RelayedPush(
        blank.content,
        new NotificationStyle(
            shown.title(),
            shown.body(),
            Words.NONE,
            shown.sound(),
            "",
            "",
            shown.interruption(),
            "",
            ""),
        blank.seal);
  }

  /// The texts that [#read] reads.
  public Map<String, String> fields() {
    final var out = new LinkedHashMap<String, String>();
    out.put("kind", kind());
    out.put("event", content.event());
    switch (content) {
      case PushContent.Ring ring -> call(out, ring.call(), ring.callerName(), ring.callerAddress());
      case PushContent.RingAlert ring -> {
        call(out, ring.call(), ring.callerName(), ring.callerAddress());
        badge(out, ring.badge());
      }
      case PushContent.CallOver over -> {
        out.put("call", over.call().toString());
        out.put("how", over.how());
        put(out, "text", over.text());
        badge(out, over.badge());
      }
      case PushContent.Notice notice -> notice(out, notice);
      case PushContent.Wake wake -> {
        out.put("class", wake.as().word());
        put(out, "type", wake.type());
        put(out, "collapse", wake.collapse());
      }
    }
    if (isVideo()) {
      out.put("video", "true");
    }
    writeStyle(out);
    if (seal instanceof Seal.Closed(var sealed)) {
      out.put("sealed", sealed);
    }
    return out;
  }

  private String kind() {
    return switch (content) {
      case PushContent.Ring _ -> "ring";
      case PushContent.RingAlert _ -> "ring-alert";
      case PushContent.CallOver _ -> "call-end";
      case PushContent.Notice _ -> "notice";
      case PushContent.Wake _ -> "wake";
    };
  }

  private boolean isVideo() {
    return switch (content) {
      case PushContent.Ring ring -> ring.video();
      case PushContent.RingAlert ring -> ring.video();
      case PushContent.CallOver _, PushContent.Notice _, PushContent.Wake _ -> false;
    };
  }

  private static void call(
      final Map<String, String> out, final CallId call, final String name, final String address) {
    out.put("call", call.toString());
    put(out, "caller.name", name);
    put(out, "caller.address", address);
  }

  private static void notice(final Map<String, String> out, final PushContent.Notice notice) {
    out.put("class", notice.as().word());
    put(out, "type", notice.type());
    put(out, "title", notice.title());
    put(out, "text", notice.text());
    put(out, "thread", notice.thread());
    put(out, "collapse", notice.collapse());
    badge(out, notice.badge());
    notice.data().forEach((name, value) -> out.put(DATA + name, value));
  }

  private static void badge(final Map<String, String> out, final int badge) {
    if (badge != NO_BADGE) {
      out.put("badge", String.valueOf(badge));
    }
  }

  private void writeStyle(final Map<String, String> out) {
    writeWords(out, "shown.title", style.title());
    writeWords(out, "shown.body", style.body());
    writeWords(out, "shown.placeholder", style.placeholder());
    put(out, "sound", style.sound());
    put(out, "category", style.category());
    put(out, "group", style.thread());
    put(out, "channel", style.channel());
    put(out, "image", style.image());
    out.put("interruption", style.interruption().word());
  }

  private static void writeWords(
      final Map<String, String> out, final String name, final Words words) {
    switch (words) {
      case Words.Text(var text) -> put(out, name, text);
      case Words.Localized(var key, var arguments) -> {
        out.put(name + ".key", key);
        for (int i = 0; i < arguments.size(); i++) {
          out.put(name + ".arg." + i, arguments.get(i));
        }
      }
    }
  }

  private static void put(final Map<String, String> out, final String name, final String value) {
    if (!value.isEmpty()) {
      out.put(name, value);
    }
  }

  /// Reads what [#fields] wrote, here or at another server.
  ///
  /// @throws IllegalArgumentException naming the field that is wrong
  public static RelayedPush read(final Map<String, String> fields) {
    final var seal =
        fields.containsKey("sealed") ? new Seal.Closed(text(fields, "sealed")) : Seal.OPEN;
    return new RelayedPush(readContent(fields), readStyle(fields), seal);
  }

  private static PushContent.Ours readContent(final Map<String, String> in) {
    final var event = required(in, "event");
    final boolean video = text(in, "video").equals("true");
    return switch (required(in, "kind")) {
      case "ring" ->
          new PushContent.Ring(
              event, call(in), text(in, "caller.name"), text(in, "caller.address"), video);
      case "ring-alert" ->
          new PushContent.RingAlert(
              event,
              call(in),
              text(in, "caller.name"),
              text(in, "caller.address"),
              video,
              badge(in));
      case "call-end" ->
          new PushContent.CallOver(
              event, call(in), required(in, "how"), text(in, "text"), badge(in));
      case "notice" ->
          new PushContent.Notice(
              event,
              eventClass(in),
              text(in, "type"),
              text(in, "title"),
              text(in, "text"),
              data(in),
              text(in, "thread"),
              collapse(in),
              badge(in));
      case "wake" -> new PushContent.Wake(event, eventClass(in), text(in, "type"), collapse(in));
      default -> throw wrong("kind", "must be ring, ring-alert, call-end, notice or wake");
    };
  }

  private static CallId call(final Map<String, String> in) {
    try {
      return new CallId(UUID.fromString(required(in, "call")));
    } catch (final IllegalArgumentException malformed) {
      throw wrong("call", "must be a UUID");
    }
  }

  private static EventClass eventClass(final Map<String, String> in) {
    final var word = required(in, "class");
    for (final var one : EventClass.values()) {
      if (one.word().equals(word)) {
        return one;
      }
    }
    throw wrong("class", "is no class of events: " + word);
  }

  private static String collapse(final Map<String, String> in) {
    final var collapse = text(in, "collapse");
    final boolean isPlain = collapse.chars().allMatch(c -> c > ' ' && c < 0x7f);
    if (collapse.length() > 64 || !isPlain) {
      throw wrong("collapse", "must be at most 64 characters of ASCII without spaces");
    }
    return collapse;
  }

  private static int badge(final Map<String, String> in) {
    final var badge = in.get("badge");
    if (badge == null) {
      return NO_BADGE;
    }
    if (!badge.matches("[0-9]{1,7}") || Integer.parseInt(badge) > MOST_BADGE) {
      throw wrong("badge", "must be a number from 0 to " + MOST_BADGE);
    }
    return Integer.parseInt(badge);
  }

  private static Map<String, String> data(final Map<String, String> in) {
    final var data = new LinkedHashMap<String, String>();
    in.forEach((name, value) -> {
      if (name.startsWith(DATA)) {
        data.put(name.substring(DATA.length()), value);
      }
    });
    return data;
  }

  private static NotificationStyle readStyle(final Map<String, String> in) {
    return new NotificationStyle(
        words(in, "shown.title"),
        words(in, "shown.body"),
        words(in, "shown.placeholder"),
        text(in, "sound"),
        text(in, "category"),
        text(in, "group"),
        interruption(in),
        text(in, "channel"),
        text(in, "image"));
  }

  private static Interruption interruption(final Map<String, String> in) {
    final var word = text(in, "interruption");
    if (word.isEmpty()) {
      return Interruption.ACTIVE;
    }
    for (final var one : Interruption.values()) {
      if (one.word().equals(word)) {
        return one;
      }
    }
    throw wrong("interruption", "is none of passive, active, time-sensitive, critical");
  }

  private static Words words(final Map<String, String> in, final String name) {
    final var key = in.get(name + ".key");
    if (key == null) {
      return new Words.Text(text(in, name));
    }
    final List<String> arguments = new ArrayList<>();
    for (int i = 0; i < MOST_ARGUMENTS; i++) {
      final @Nullable String argument = in.get(name + ".arg." + i);
      if (argument == null) {
        break;
      }
      arguments.add(argument);
    }
    return new Words.Localized(key, arguments);
  }

  private static String required(final Map<String, String> in, final String name) {
    final var value = text(in, name);
    if (value.isEmpty()) {
      throw wrong(name, "is missing");
    }
    return value;
  }

  private static String text(final Map<String, String> in, final String name) {
    return in.getOrDefault(name, "");
  }

  private static IllegalArgumentException wrong(final String field, final String words) {
    return new IllegalArgumentException("push." + field + ": " + words);
  }
}
