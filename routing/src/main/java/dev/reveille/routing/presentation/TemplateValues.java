package dev.reveille.routing.presentation;

import dev.reveille.model.Event;
import dev.reveille.model.Event.CallEnded;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.Event.Message;
import dev.reveille.model.Event.Other;
import dev.reveille.model.EventClass;
import java.util.Set;

/// The values of one event with which an app's texts are filled.
///
/// @param unread the user's unread entries, negative when they were not counted
record TemplateValues(Event event, int unread) {
  /// Names that say nothing of the content: a push service may read them.
  static Set<String> harmless(final EventClass of) {
    return names(of).contains("unread") ? Set.of("type", "unread") : Set.of("type");
  }

  private static final Set<String> OF_A_CALL =
      Set.of("type", "caller", "caller.name", "caller.address");
  private static final Set<String> OF_AN_END = Set.of("type", "how");
  private static final Set<String> OF_A_MESSAGE =
      Set.of("type", "unread", "title", "text", "conversation", "data.");
  private static final Set<String> OF_AN_ALERT = Set.of("type", "unread", "title", "text", "data.");

  /// The names that a class of event can fill; `data.` stands for all that begin so.
  static Set<String> names(final EventClass of) {
    return switch (of) {
      case CALL -> OF_A_CALL;
      case CALL_END -> OF_AN_END;
      case MESSAGE -> OF_A_MESSAGE;
      case ALERT -> OF_AN_ALERT;
      case CHANGE, SILENT -> Set.of();
    };
  }

  /// What stands for the name; nothing where the event has no such thing.
  String of(final String name) {
    return switch (name) {
      case "type" -> event.type();
      case "unread" -> unread < 0 ? "" : Integer.toString(unread);
      default ->
          switch (event) {
            case IncomingCall call -> ofCall(call, name);
            case CallEnded end -> name.equals("how") ? end.how().word() : "";
            case Message message ->
                name.equals("conversation")
                    ? message.in().value()
                    : ofContent(message.content(), name);
            case Other other -> ofContent(other.content(), name);
            case Event.ChangeHint _ -> "";
          };
    };
  }

  private static String ofCall(final IncomingCall call, final String name) {
    final var caller = call.caller();
    return switch (name) {
      case "caller" -> caller.name().isEmpty() ? caller.address() : caller.name();
      case "caller.name" -> caller.name();
      case "caller.address" -> caller.address();
      default -> "";
    };
  }

  private static String ofContent(final dev.reveille.model.Content content, final String name) {
    return switch (name) {
      case "title" -> content.title();
      case "text" -> content.text();
      default -> name.startsWith("data.") ? content.data().getOrDefault(name.substring(5), "") : "";
    };
  }
}
