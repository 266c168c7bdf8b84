package dev.reveille.protocols.sas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionStringTest {
  private static final Secret KEY = Secret.of("a+/b==");

  @Test
  void it_is_printed_in_the_one_form_that_all_clients_take() {
    assertEquals(
        "Endpoint=sb://push.example:8443/;SharedAccessKeyName=Full;SharedAccessKey=a+/b==",
        new ConnectionString("push.example", 8443, "Full", KEY).print());
    assertEquals(
        "Endpoint=sb://push.example/;SharedAccessKeyName=Full;SharedAccessKey=a+/b==",
        new ConnectionString("push.example", 0, "Full", KEY).print());
    assertEquals(
        "Endpoint=sb://[::1]:8443/;SharedAccessKeyName=Full;SharedAccessKey=a+/b==",
        new ConnectionString("[::1]", 8443, "Full", KEY).print());
  }

  @Test
  void the_key_is_in_no_other_text() {
    final var string = new ConnectionString("push.example", 0, "Full", KEY);
    assertEquals("ConnectionString[push.example Full]", string.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Endpoint=sb://push.example:8443/;SharedAccessKeyName=Full;SharedAccessKey=a+/b==",
        "Endpoint=sb://push.example:8443/;SharedAccessKeyName=Full;SharedAccessKey=a+/b==;",
        " Endpoint = sb://Push.Example:8443 ;; SharedAccessKeyName = Full ; SharedAccessKey ="
            + " a+/b== ",
        "sharedaccesskey=a+/b==;SHAREDACCESSKEYNAME=Full;endpoint=HTTPS://push.example:8443/",
      })
  void what_clients_tolerate_is_read(final String text) {
    assertEquals(
        new ConnectionString("push.example", 8443, "Full", KEY), ConnectionString.parse(text));
  }

  @Test
  void the_hub_in_it_is_kept_and_not_printed() {
    final var text =
        "Endpoint=sb://a.example/;SharedAccessKeyName=n;SharedAccessKey=k;EntityPath=news";
    final var read = ConnectionString.parse(text);
    assertEquals("news", read.entityPath());
    assertEquals(text.substring(0, text.lastIndexOf(';')), read.print());
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " <- ",
      value = {
        "Endpoint: is missing <- ''",
        "Endpoint: is missing <- SharedAccessKeyName=n;SharedAccessKey=k",
        "SharedAccessKeyName: is missing <- Endpoint=sb://h/;SharedAccessKey=k",
        "SharedAccessKey: is missing <- Endpoint=sb://h/;SharedAccessKeyName=n",
        "SharedAccessKey: is missing <- Endpoint=sb://h/;SharedAccessKeyName=n;SharedAccessKey=",
        "Endpoint: must begin with sb:// or https:// <-"
            + " Endpoint=http://h/;SharedAccessKeyName=n;SharedAccessKey=k",
        "Endpoint: must begin with sb:// or https:// <-"
            + " Endpoint=h;SharedAccessKeyName=n;SharedAccessKey=k",
        "Endpoint: must name a host in lower case <-"
            + " Endpoint=sb:///;SharedAccessKeyName=n;SharedAccessKey=k",
        "Endpoint: must name a host in lower case <-"
            + " Endpoint=sb://u@h/;SharedAccessKeyName=n;SharedAccessKey=k",
        "Endpoint: must have no path; clients drop it, and the hub is named apart <-"
            + " Endpoint=sb://h/base/;SharedAccessKeyName=n;SharedAccessKey=k",
        "Endpoint: a port is a number from 1 to 65535 <-"
            + " Endpoint=sb://h:65536/;SharedAccessKeyName=n;SharedAccessKey=k",
        "Endpoint: a port is a number from 1 to 65535 <-"
            + " Endpoint=sb://h:/;SharedAccessKeyName=n;SharedAccessKey=k",
        "endpoint: is there twice <-"
            + " Endpoint=sb://h/;endpoint=sb://h/;SharedAccessKeyName=n;SharedAccessKey=k",
      })
  void a_mistake_is_named(final String complaint, final String text) {
    final var refused =
        assertThrows(IllegalArgumentException.class, () -> ConnectionString.parse(text));
    assertEquals(complaint, refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Endpoint=sb://h/base/;SharedAccessKeyName=n;SharedAccessKey=SECRET",
        "Endpoint=sb://h/;SharedAccessKeyName=n;SharedAccessKey=SECRET;SECRET",
        "Endpoint=sb://h/;SharedAccessKeyName=n;SECRET=SECRET",
        "Endpoint=sb://h/;SharedAccessKeyName=n;SharedAccessKey=SECRET\u0001SECRET",
      })
  void no_complaint_shows_the_key(final String text) {
    final var refused =
        assertThrows(IllegalArgumentException.class, () -> ConnectionString.parse(text));
    assertFalse(String.valueOf(refused.getMessage()).contains("SECRET"), refused.getMessage());
  }

  @Test
  void names_and_keys_have_256_characters_at_most() {
    final var most = "k".repeat(256);
    final var text = "Endpoint=sb://h/;SharedAccessKeyName=n;SharedAccessKey=";
    assertEquals(most, ConnectionString.parse(text + most).key().text());
    final var refused =
        assertThrows(
            IllegalArgumentException.class, () -> ConnectionString.parse(text + most + "k"));
    assertTrue(String.valueOf(refused.getMessage()).contains("257"), refused.getMessage());
  }
}
