package dev.reveille.model;

/// The product's name and version, in the one place where they are written.
public final class Product {
  public static final String NAME = "Reveille";
  public static final String COMMAND = "reveille";
  public static final String VERSION = "0.1.0";

  private Product() {}
}
