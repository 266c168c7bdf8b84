package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

final class SubnetTest {
  private static InetAddress address(final String text) throws UnknownHostException {
    return InetAddress.getByName(text);
  }

  @Test
  void all_addresses_of_a_64_count_as_one_and_each_of_ipv4_for_itself() throws Exception {
    final var one = Subnet.of(address("2001:db8:1:2:3:4:5:6"));
    assertEquals(one, Subnet.of(address("2001:db8:1:2::1")));
    assertEquals(address("2001:db8:1:2::"), one);
    assertNotEquals(one, Subnet.of(address("2001:db8:1:3::1")));
    assertEquals(address("192.0.2.7"), Subnet.of(address("192.0.2.7")));
    assertEquals(address("192.0.2.7"), Subnet.of(address("::ffff:192.0.2.7")));
  }

  @Test
  void the_gate_lets_no_more_in_from_a_64_than_from_one_address() throws Exception {
    final var limit = new ConnectionLimit(new ConnectionPlaces(100, 2, 0), 10, 10);
    assertTrue(limit.enter(address("2001:db8::1")));
    assertTrue(limit.enter(address("2001:db8::2")));
    assertFalse(limit.enter(address("2001:db8::3")));
    assertTrue(limit.enter(address("2001:db8:0:1::3")));
    limit.leave(address("2001:db8::2"));
    assertTrue(limit.enter(address("2001:db8::4")));
    assertFalse(limit.counts(address("2001:db8::5")));
  }
}
