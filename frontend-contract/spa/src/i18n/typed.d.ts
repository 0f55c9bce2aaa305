import "i18next";
import type common from "./words/common.en.json";
import type customers from "./words/customers.en.json";
import type desk from "./words/desk.en.json";
import type signIn from "./words/signIn.en.json";
import type ticket from "./words/ticket.en.json";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: {
      common: typeof common;
      customers: typeof customers;
      desk: typeof desk;
      signIn: typeof signIn;
      ticket: typeof ticket;
    };
  }
}
