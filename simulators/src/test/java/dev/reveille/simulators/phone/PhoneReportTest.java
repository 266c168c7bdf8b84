package dev.reveille.simulators.phone;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PhoneReportTest {
  @Test
  void an_entry_keeps_its_moment_beside_that_of_the_report() {
    final var accepted = Instant.parse("2026-03-01T12:00:00.100Z");
    final var had = Instant.parse("2026-03-01T12:00:00.108Z");
    final var fields = new ObjectMapper().createObjectNode().put("at", accepted.toString());
    final var line = new PhoneReport("anna", had, "message", fields).json();
    assertEquals(had.toString(), line.get("at").asText());
    assertEquals(accepted.toString(), line.get("acceptedAt").asText());
  }
}
