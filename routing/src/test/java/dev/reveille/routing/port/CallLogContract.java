package dev.reveille.routing.port;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.CallEnd;
import dev.reveille.model.Content;
import dev.reveille.model.Event;
import dev.reveille.model.EventClass;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.StoredJob;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The contract of every call log.
public interface CallLogContract {
  StoreUnderTest store();

  @Test
  default void a_call_is_found_with_its_end_and_what_followed() {
    final StoredJob call = store().keep(Samples.incomingCall("c1"));
    store().keep(Samples.incomingCall("c2"));
    store().clock().advance(Duration.ofDays(1));
    final StoredJob end = store().keep(Samples.callEnded("e1", "c1", new CallEnd.TimedOut()));
    final String uuid = Samples.call("c1").toString();
    final StoredJob missed =
        store()
            .keep(
                new Event.Other(
                    Samples.key("missed"),
                    List.of(Samples.ANNA),
                    "missed-call",
                    EventClass.ALERT,
                    uuid,
                    Content.EMPTY,
                    Samples.life()));
    for (int round = 0; round < 3; round++) {
      assertEquals(
          List.of(call, end, missed), store().calls().of(Samples.ACME, Samples.call("c1")));
      assertEquals(List.of(), store().calls().of(Samples.ACME, Samples.call("unknown")));
      assertEquals(List.of(), store().calls().of(new OrganisationId("globex"), Samples.call("c1")));
      store().project();
      if (round == 1) {
        store().restart();
      }
    }
  }
}
