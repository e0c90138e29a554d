# Of barejwt_lib, the directory of the libraries, and barejwt_include, that of the headers. A shared
# library is there if barejwt_shared_file and barejwt_soname name it.

add_library(barejwt::static STATIC IMPORTED ${barejwt_scope})
set_target_properties(barejwt::static PROPERTIES
  IMPORTED_LOCATION ${barejwt_lib}/libbarejwt.a
  INTERFACE_INCLUDE_DIRECTORIES ${barejwt_include})

if(barejwt_shared_file)
  add_library(barejwt::shared SHARED IMPORTED ${barejwt_scope})
  set_target_properties(barejwt::shared PROPERTIES
    IMPORTED_LOCATION ${barejwt_lib}/${barejwt_shared_file}
    IMPORTED_SONAME ${barejwt_soname}
    INTERFACE_INCLUDE_DIRECTORIES ${barejwt_include})
endif()

if(BUILD_SHARED_LIBS AND TARGET barejwt::shared)
  add_library(barejwt::barejwt ALIAS barejwt::shared)
else()
  add_library(barejwt::barejwt ALIAS barejwt::static)
endif()
