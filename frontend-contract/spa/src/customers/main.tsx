import { start } from "../ui/start";
import { Customers } from "./Customers";

void start(<Customers />, "signIn");
