package dev.reveille.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/// The product's name, in the one place where the server's modules have it (cli and simulators
/// share no class with them), and its version, as Maven wrote it into the build.
public final class Product {
  public static final String NAME = "Reveille";
  public static final String COMMAND = "reveille";
  public static final String VERSION = version();

  private Product() {}

  private static String version() {
    try (var in = Product.class.getResourceAsStream("product.properties")) {
      final var product = new Properties();
      product.load(in);
      return product.getProperty("version", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
