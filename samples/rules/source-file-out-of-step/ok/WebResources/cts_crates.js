"use strict";
var Contoso = Contoso || {};
Contoso.onLoad = function (context) {
  context.getFormContext();
};
