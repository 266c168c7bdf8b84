package dev.reveille.protocols.answers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.Reason;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusesTest {
  @Test
  void each_reason_has_one_status() {
    final var missing =
        Arrays.stream(Reason.values()).filter(why -> !Statuses.isListed(why)).toList();

    assertEquals(List.of(), missing, "give it one row of the table in Statuses");
  }
}
