package dev.reveille.bench.breaks;

import dev.reveille.model.Event;
import dev.reveille.routing.port.Stores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes what an event says into the server's log.
record ContentInLog(Strikes strikes) implements Break {
  private static final Logger LOG = LoggerFactory.getLogger(ContentInLog.class);

  @Override
  public Stores stores(final Stores stores) {
    return WrappedJournal.appending(
        stores,
        (journal, submissions) -> {
          for (final var one : submissions) {
            if (one.job() instanceof final Event event) {
              log(event);
            }
          }
          journal.append(submissions);
        });
  }

  private void log(final Event event) {
    final var words =
        switch (event) {
          case Event.IncomingCall call -> call.caller().name() + " " + call.caller().address();
          case Event.Message message -> message.content().title() + " " + message.content().text();
          case Event.Other other -> other.content().title() + " " + other.content().text();
          case Event.CallEnded _, Event.ChangeHint _ -> "";
        };
    if (!words.isBlank() && strikes.hit(event.key())) {
      LOG.info("accepted {}", words);
    }
  }
}
