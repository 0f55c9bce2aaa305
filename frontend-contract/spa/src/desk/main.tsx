import { start } from "../ui/start";
import { Desk } from "./Desk";

void start(<Desk />, "signIn", "desk", "ticket");
